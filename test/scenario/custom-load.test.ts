import { join } from 'node:path';
import test from 'ava';
import { bodyCheck } from '../../src/scenario/custom/probe.ts';
import { loadScenario } from '../../src/scenario/read-scenario.ts';
import { folderWith, load, problemsOf } from './scenario-file.ts';
import { vocabulary } from './vocabulary.ts';

const MINIMAL = 'name: s\nbase: 2025.1\ntarget: 2026.1\n';
const TEMPLATE = 'heat_template_version: 2018-08-31\nresources: {a: {type: OS::Heat::Value}}\n';

test('a custom probe gets defaults, and the subject’s own probes stay', async (t) => {
  const { scenario } = await load(
    t,
    `${MINIMAL}load: {customProbes: [{name: build-info, rate: 1, request: {path: '/v1/{project}/build_info'}}]}\n`,
  );
  t.deepEqual(scenario.load.customProbes, [
    {
      name: 'build-info',
      rate: 1,
      connection: 'new',
      request: { method: 'GET', path: '/v1/{project}/build_info', headers: {} },
      expect: [200],
    },
  ]);
  t.is(scenario.load.probes.length, 10);
});

test('an error about a custom probe names its place', async (t) => {
  const probes = [
    '{name: list, rate: 1, request: {path: /}}',
    '{name: own, rate: 1, request: {path: /}, check: {matches: "("}}',
    '{name: own, rate: 1, request: {path: /}}',
    '{name: other, rat: 1, request: {path: /}}',
  ];
  const problems = await problemsOf(t, `${MINIMAL}load: {customProbes: [${probes[3]}]}\n`);
  t.true(
    problems.some((line) => /\.rat: unknown key \(did you mean rate\?\)/.test(line)),
    problems.join('\n'),
  );
  const pattern = await problemsOf(t, `${MINIMAL}load: {customProbes: [${probes[1]}]}\n`);
  t.true(
    pattern.some((line) => /regular expression/.test(line)),
    pattern.join('\n'),
  );
  t.deepEqual(
    await problemsOf(
      t,
      `${MINIMAL}load: {customProbes: [${probes[0]}, ${probes[2]}, ${probes[2]}]}\n`,
    ),
    [
      'the scenario has 2 problems',
      's.yaml:4:30: load.customProbes[0].name: there is a probe list already; take another name',
      's.yaml:4:115: load.customProbes[2].name: there is a probe own already; take another name',
    ],
  );
});

test('a declared check names the part of a body that is wrong', (t) => {
  const check = bodyCheck({
    contains: 'stacks',
    matches: '"id": *"\\w+"',
    json: { 'stacks.0.status': 'COMPLETE' },
  });
  t.is(check?.('{"stacks": [{"id": "a1", "status": "COMPLETE"}]}'), undefined);
  t.is(check?.('{"stack": []}'), 'the body does not have "stacks"');
  t.regex(check?.('{"stacks": []}') ?? '', /does not match/);
  t.is(
    check?.('{"stacks": [{"id": "a1", "status": "FAILED"}]}'),
    'stacks.0.status is "FAILED", not "COMPLETE"',
  );
  t.is(bodyCheck({ json: { a: 1 } })?.('<html>'), 'the body is no JSON');
});

test('thresholds can be set on a custom probe', async (t) => {
  const probe = '{name: own, rate: 1, request: {path: /}}';
  const text = (name: string) =>
    `${MINIMAL}load: {customProbes: [${probe}]}\nthresholds: {'api_failed{probe:${name}}': rate<0.1}\n`;
  await t.notThrowsAsync(load(t, text('own')));
  t.regex((await problemsOf(t, text('onw'))).join('\n'), /onw/);
});

test('a custom kind of stack is read from its files, and can be selected by name', async (t) => {
  const text = `${MINIMAL}load:
  workload:
    kinds: [web, hold]
    customKinds:
      - name: web
        template: web.yaml
        files: {member.yaml: web.yaml}
        parameters: {size: 1}
        update: {parameters: {size: 2}, template: web.yaml}
        holds: {outputs: {value: {unchanged: true}}}
`;
  const folder = await folderWith(t, { 's.yaml': text, 'web.yaml': TEMPLATE });
  const { scenario } = await loadScenario(join(folder, 's.yaml'), {
    vocabulary,
    random: () => 0.5,
  });
  const [kind] = scenario.load.workload.customKinds ?? [];
  const template = {
    heat_template_version: '2018-08-31',
    resources: { a: { type: 'OS::Heat::Value' } },
  };
  t.deepEqual(kind?.template, template);
  t.deepEqual(kind?.files, { 'member.yaml': template });
  t.deepEqual(kind?.update?.template, template);
  t.is(kind?.update?.when, 'after-swaps');
});

test('an error in a custom kind of stack names its place', async (t) => {
  const kind = (more: string) => `${MINIMAL}load: {workload: {customKinds: [{${more}}]}}\n`;
  t.regex(
    (await problemsOf(t, kind('name: web, template: no.yaml'))).join('\n'),
    /^s\.yaml:4:\d+: load\.workload\.customKinds\[0\]\.template: there is no file \/.*no\.yaml$/,
  );
  t.regex(
    (await problemsOf(t, kind('name: web, template: s.yaml'))).join('\n'),
    /s\.yaml is no template: it has no resources/,
  );
  t.regex(
    (await problemsOf(t, kind('name: hold, template: {resources: {}}'))).join('\n'),
    /there is a kind hold already/,
  );
  const misspelt = `${MINIMAL}load: {workload: {kinds: [webb], customKinds: [{name: web, template: {}}]}}\n`;
  t.regex((await problemsOf(t, misspelt)).join('\n'), /found "webb" \(did you mean web\?\)/);
});

test('a probe cannot have the name of unscheduled requests', async (t) => {
  for (const name of ['workload', 'client', 'calls']) {
    const probe = `{name: ${name}, rate: 1, request: {path: /}}`;
    const problems = await problemsOf(t, `${MINIMAL}load: {customProbes: [${probe}]}\n`);
    t.true(
      problems.some((line) => line.includes(`there is a probe ${name} already`)),
      name,
    );
  }
});
