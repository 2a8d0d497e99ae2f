import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { connectDocker } from '../../src/containers/docker.ts';
import { stageTree } from '../../src/containers/source/stage-tree.ts';
import { chosen, loadCorpus } from '../../src/hunts/mutants/corpus.ts';
import { runTrial } from '../../src/hunts/mutants/run-trial.ts';
import { trialsOf } from '../../src/hunts/mutants/trial.ts';

const directory = await mkdtemp(join(tmpdir(), 'rollgate-test-'));
test.after.always(() => rm(directory, { recursive: true, force: true }));

const IMAGE = 'rollgate/heat:2026.1';
/** Of those that docs/measured/mutants.md has as measured. */
const CAUGHT = ['policy-refuses', 'value-lost-at-update', 'crash-at-start', 'migration-fails'];

test("every patch applies to the release's own source", async (t) => {
  const docker = await connectDocker();
  const original = join(directory, 'original');
  await mkdir(original);
  await stageTree(
    docker,
    { package: 'heat', from: { kind: 'installed' }, patches: [] },
    { image: IMAGE, folder: original },
  );
  for (const { name, patches } of trialsOf(await loadCorpus(), { singly: true })) {
    const folder = join(directory, name);
    await mkdir(folder);
    const tree = { package: 'heat', from: { kind: 'dir', path: original }, patches } as const;
    await t.notThrowsAsync(() => stageTree(docker, tree, { image: IMAGE, folder }), name);
  }
});

test('a mutant that was caught before is caught again, by its clause and with its cause', async (t) => {
  const corpus = chosen(await loadCorpus(), CAUGHT);
  for (const trial of trialsOf(corpus, { singly: false })) {
    const said = await runTrial(trial, { directory });
    t.log(JSON.stringify(said));
    t.true(said.right, trial.name);
    t.true(said.clauseRight, `${trial.name}: ${said.clauses.join(', ')}`);
    t.true(said.causeRight, `${trial.name}: ${said.cause}`);
  }
});
