import { existsSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import test from 'ava';
import { assess } from '../../src/hunts/mutants/assess.ts';
import { chosen, loadCorpus, patchOf, scenarioOf } from '../../src/hunts/mutants/corpus.ts';
import { trialsOf } from '../../src/hunts/mutants/trial.ts';
import { judge } from '../../src/verdict/judge.ts';
import { badRoll, cleanRoll } from '../verdict/runs.ts';

test('every entry has its patch or its options and its scenario, and every patch its entry', async (t) => {
  const { mutants, harmless } = await loadCorpus();
  const names = [...mutants, ...harmless].map(({ name }) => name);
  t.is(new Set(names).size, names.length);
  const patches = readdirSync(dirname(patchOf('any'))).map((file) => file.replace('.patch', ''));
  const configured = new Set(mutants.filter((one) => one.configFor).map(({ name }) => name));
  t.deepEqual(patches.toSorted(), names.filter((name) => !configured.has(name)).toSorted());
  for (const { run } of mutants) t.true(existsSync(scenarioOf(run)), run);
  t.true(mutants.length >= 20);
  t.true(harmless.length >= 20);
});

test('harmless changes share a run, each behind what it builds on', async (t) => {
  const corpus = chosen(await loadCorpus(), ['index-added', 'log-text']);
  const [together, ...others] = trialsOf(corpus, { singly: false });
  t.deepEqual(others, []);
  t.deepEqual(
    together?.patches,
    ['log-text', 'column-added', 'column-with-default', 'index-added'].map(patchOf),
  );
  t.is(trialsOf(corpus, { singly: true }).length, 2);
});

test('a name that is none is refused with the nearest', async (t) => {
  const corpus = await loadCorpus();
  t.throws(() => chosen(corpus, ['rpc-version-risen']), {
    code: 'unknown-mutant',
    message: /rpc-version-raised/,
  });
});

const trial = {
  name: 'one',
  class: 'rpc',
  run: 'cold',
  side: 'target',
  patches: [],
  configFor: [],
  expected: { clauses: ['versions-understand-each-other'], cause: /work-refused/ },
} as const;
const REFUSED = judge(badRoll().events);
const PASSED = judge(cleanRoll().events);

test('a mutant is caught by a failed verdict with its clause and its cause', (t) => {
  const said = assess(trial, REFUSED, 60);
  t.like(said, { right: true, clauseRight: true, causeRight: true });
  t.regex(said.cause ?? '', /^work-refused-after-acknowledgement/);
});

test('another clause and another cause are distinguished', (t) => {
  const expected = { clauses: ['integrity'], cause: /policy/ };
  const said = assess({ ...trial, expected }, REFUSED, 60);
  t.like(said, { right: true, clauseRight: false, causeRight: false });
});

test('a run that passed, or that the harness could not do, catches nothing', (t) => {
  t.false(assess(trial, PASSED, 60).right);
  t.false(assess(trial, { ...REFUSED, outcome: 'error' }, 60).right);
});

test('a harmless change that fails is a false alarm', (t) => {
  const harmless = { ...trial, expected: undefined };
  t.true(assess(harmless, PASSED, 60).right);
  t.false(assess(harmless, REFUSED, 60).right);
});
