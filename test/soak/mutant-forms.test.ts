import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import test from 'ava';
import { connectDocker } from '../../src/containers/docker.ts';
import { exportTree } from '../../src/containers/source/export-tree.ts';
import { assess } from '../../src/hunts/mutants/assess.ts';
import { chosen, corpusScenario, loadCorpus } from '../../src/hunts/mutants/corpus.ts';
import { runTrial, trialOverrides } from '../../src/hunts/mutants/run-trial.ts';
import { trialsOf, type Trial } from '../../src/hunts/mutants/trial.ts';
import { runScenario } from '../../src/index.ts';
import { git } from '../../src/release/source/git.ts';
import { preparePlan } from '../../src/runs/prepare.ts';
import { defaultSubject, planningFor } from '../../src/subject/registry.ts';

const SERIES = '2026.1';

/** Mutants that are laid over the target in each form. `ROLLGATE_MUTANTS` names others. */
const NAMES = (process.env['ROLLGATE_MUTANTS'] ?? 'policy-refuses,rpc-call-version-raised').split(
  ',',
);

const directory = await mkdtemp(join(tmpdir(), 'rollgate-test-'));
test.after.always(() => rm(directory, { recursive: true, force: true }));

async function trials(): Promise<readonly Trial[]> {
  return trialsOf(chosen(await loadCorpus(), NAMES), { singly: false });
}

/** A tree with the trial's patches, as a developer has it. */
async function patchedTree({ name, patches }: Trial): Promise<string> {
  const folder = join(directory, `tree-${name}`);
  await mkdir(folder);
  const image = defaultSubject.image(SERIES);
  await exportTree(await connectDocker(), { image, name: 'heat', folder });
  for (const patch of patches) {
    await copyFile(patch, join(directory, basename(patch)));
    await git(folder, 'apply', join(directory, basename(patch)));
  }
  return folder;
}

/** The image that rollgate builds of a trial's patches. It has the version of the base. */
async function patchedImage(trial: Trial): Promise<string> {
  const { plan } = await preparePlan({
    scenario: trial.scenario,
    overrides: trialOverrides(trial),
    ...(await planningFor(defaultSubject)),
  });
  return plan.target.image;
}

test('a bug is found by its clause and cause as a patch, as a tree and as an image', async (t) => {
  for (const trial of await trials()) {
    const said = await runTrial(trial, { planning: await planningFor(defaultSubject), directory });
    t.log(`patch ${JSON.stringify(said)}`);
    t.true(said.right && said.clauseRight === true && said.causeRight === true, trial.name);
    const targets = {
      dir: { target: `dir:${await patchedTree(trial)}`, 'overlay.image': SERIES },
      image: { target: `image:${await patchedImage(trial)}` },
    };
    for (const [form, set] of Object.entries(targets)) {
      const began = performance.now();
      const { verdict } = await runScenario({
        scenario: trial.scenario,
        set,
        directory: join(directory, `${trial.name}-${form}`),
        preflight: false,
      });
      const same = assess(trial, verdict, (performance.now() - began) / 1000);
      t.log(`${form} ${JSON.stringify(same)}`);
      t.is(same.outcome, said.outcome, `${trial.name} as ${form}`);
      t.true(same.clauseRight, `${trial.name} as ${form}: ${same.clauses.join(', ')}`);
      t.true(same.causeRight, `${trial.name} as ${form}: ${same.cause}`);
    }
  }
});

test('an upgrade from the bug never passes', async (t) => {
  for (const trial of await trials()) {
    const said = await runTrial(
      { ...trial, name: `${trial.name} at base`, side: 'base' },
      { planning: await planningFor(defaultSubject), directory },
    );
    t.log(JSON.stringify(said));
    t.not(said.outcome, 'passed', trial.name);
  }
});

test('a bug that was rolled back is found', async (t) => {
  const scenario = corpusScenario(await loadCorpus(), 'rollback');
  for (const trial of await trials()) {
    const said = await runTrial(
      { ...trial, name: `${trial.name} rolled back`, scenario },
      { planning: await planningFor(defaultSubject), directory },
    );
    t.log(JSON.stringify(said));
    t.is(said.outcome, 'failed', trial.name);
  }
});
