import { existsSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import test from 'ava';
import { assess } from '../../src/hunts/mutants/assess.ts';
import { chosen, loadCorpus, patchOf, corpusScenario } from '../../src/hunts/mutants/corpus.ts';
import { trialOverrides } from '../../src/hunts/mutants/run-trial.ts';
import { trialsOf } from '../../src/hunts/mutants/trial.ts';
import { preparePlan } from '../../src/runs/prepare.ts';
import { planningFor, subjectNamed } from '../../src/subject/registry.ts';
import { judge } from '../../src/verdict/judge.ts';
import { badRoll, cleanRoll } from '../verdict/runs.ts';

for (const name of ['heat', 'ironic']) {
  test(`${name}: every entry has a scenario and a patch or options, and every patch has an entry`, async (t) => {
    const corpus = await loadCorpus(subjectNamed(name));
    const { mutants, harmless, beneath } = corpus;
    const names = [...mutants, ...harmless].map((one) => one.name);
    t.is(new Set(names).size, names.length);
    const folder = dirname(patchOf(corpus, 'any'));
    const patches = readdirSync(folder).map((file) => file.replace('.patch', ''));
    const configured = new Set(mutants.filter((one) => one.configFor).map((one) => one.name));
    t.deepEqual(patches.toSorted(), names.filter((one) => !configured.has(one)).toSorted());
    for (const { run } of mutants) t.true(existsSync(corpusScenario(corpus, run)), run);
    for (const patch of beneath) t.true(existsSync(patch), patch);
    t.true(mutants.length >= 10);
    t.true(harmless.length >= 7);
  });

  test(`${name}: every trial makes a plan`, async (t) => {
    const subject = subjectNamed(name);
    const planning = await planningFor(subject);
    for (const trial of trialsOf(await loadCorpus(subject), { singly: false })) {
      const { plan } = await preparePlan({
        scenario: trial.scenario,
        overrides: trialOverrides(trial),
        ...planning,
      });
      t.is(plan.subject, name, trial.name);
      const files = plan.overlays.flatMap(({ trees }) => trees).flatMap(({ patches }) => patches);
      for (const patch of trial.patches) t.true(files.includes(patch), patch);
    }
  });
}

test('a subject without mutants says so', async (t) => {
  await t.throwsAsync(loadCorpus(subjectNamed('designate')), { code: 'no-mutants' });
});

test('the patches below a mutant are on both sides, and its own patch is on one', async (t) => {
  const corpus = chosen(await loadCorpus(subjectNamed('ironic')), ['drain-ignored']);
  const [trial] = trialsOf(corpus, { singly: false });
  t.truthy(trial);
  if (trial === undefined) return;
  const [fix] = corpus.beneath;
  t.deepEqual(
    trialOverrides(trial).map(({ path, value }) => [path, value]),
    [
      [
        ['overlay', 'base', 'patches'],
        [fix, patchOf(corpus, 'drain-ignored')],
      ],
      [['overlay', 'target', 'patches'], [fix]],
    ],
  );
});

test('harmless changes share a run, each after the one that it builds on', async (t) => {
  const corpus = chosen(await loadCorpus(), ['index-added', 'log-text']);
  const [together, ...others] = trialsOf(corpus, { singly: false });
  t.deepEqual(others, []);
  t.deepEqual(
    together?.patches,
    ['log-text', 'column-added', 'column-with-default', 'index-added'].map((patch) =>
      patchOf(corpus, patch),
    ),
  );
  t.is(trialsOf(corpus, { singly: true }).length, 2);
});

test('an unknown name is refused, and the nearest one is suggested', async (t) => {
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
  scenario: 'cold.yaml',
  side: 'target',
  patches: [],
  beneath: [],
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

test('a run that passed, or that ended with an error of the harness, catches nothing', (t) => {
  t.false(assess(trial, PASSED, 60).right);
  t.false(assess(trial, { ...REFUSED, outcome: 'error' }, 60).right);
});

test('a harmless change that fails is a false alarm', (t) => {
  const harmless = { ...trial, expected: undefined };
  t.true(assess(harmless, PASSED, 60).right);
  t.false(assess(harmless, REFUSED, 60).right);
});
