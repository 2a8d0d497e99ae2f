import test from 'ava';
import { load, problemsOf } from './scenario-file.ts';

const HEAD = `name: s
base: 2026.1
target: 2026.2
choreography:
  name: mine
  stages:
    - name: all
      steps:
`;

const problem = test.macro({
  title: (what) => what ?? '',
  exec: async (t, step: string, expected: RegExp) => {
    const problems = await problemsOf(t, `${HEAD}        - ${step}\n`);
    t.regex(problems.join('\n'), expected);
  },
});

test(
  'an error about an unknown step target names its line and the nearest name',
  problem,
  '{ step: swap, on: node1/heat-appi }',
  /^s\.yaml:9:29: choreography\.stages\[0\]\.steps\[0\]\.on: there is no node1\/heat-appi in topology 2x2; .*did you mean node1\/heat-api\?/,
);

test(
  'an error about an unknown kind of step lists the known kinds',
  problem,
  '{ step: drian, on: node1/heat-api }',
  /^s\.yaml:9:19: choreography\.stages\[0\]\.steps\[0\]\.step: expected one of db-sync, .*found "drian" \(did you mean drain\?\)/,
);

test(
  'a step without its kind is reported',
  problem,
  '{ on: node1/heat-api }',
  /steps\[0\]\.step: missing; expected one of db-sync/,
);

test(
  'an error about an unknown key of a step lists the keys of its kind',
  problem,
  '{ step: hold, second: 3 }',
  /steps\[0\]\.second: unknown key \(did you mean seconds\?\); known keys: step, seconds/,
);

test('an error about an unknown choreography lists the known names', async (t) => {
  const [found] = await problemsOf(
    t,
    'name: s\nbase: 2026.1\ntarget: 2026.2\nchoreography: gentel\n',
  );
  t.regex(found ?? '', /^s\.yaml:4:15: choreography: expected one of .*did you mean gentle\?/);
});

test('an engine that a step starts next to another can be named', async (t) => {
  const text = `${HEAD}        - { step: stop, on: node1/heat-engine.next }\n`;
  const { scenario } = await load(t, text);
  t.is(typeof scenario.choreography, 'object');
});
