import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { connectDocker } from '../../src/containers/docker.ts';
import { stageTree } from '../../src/containers/source/stage-tree.ts';
import { chosen, loadCorpus } from '../../src/hunts/mutants/corpus.ts';
import { runTrial } from '../../src/hunts/mutants/run-trial.ts';
import { trialsOf } from '../../src/hunts/mutants/trial.ts';
import { defaultSubject, planningFor, subjectNamed } from '../../src/subject/registry.ts';

const directory = await mkdtemp(join(tmpdir(), 'rollgate-test-'));
test.after.always(() => rm(directory, { recursive: true, force: true }));

/** Of those that docs/measured/mutants.md has as measured. */
const CAUGHT = ['policy-refuses', 'value-lost-at-update', 'crash-at-start', 'migration-fails'];

for (const name of ['heat', 'ironic']) {
  test(`${name}: every patch applies to the release’s own source`, async (t) => {
    const subject = subjectNamed(name);
    const image = subject.image('2026.1');
    const docker = await connectDocker();
    const original = join(directory, `original-${name}`);
    await mkdir(original);
    await stageTree(
      docker,
      { package: name, from: { kind: 'installed' }, patches: [] },
      { image, folder: original },
    );
    for (const trial of trialsOf(await loadCorpus(subject), { singly: true })) {
      const folder = join(directory, `${name}-${trial.name}`);
      await mkdir(folder);
      const patches = [...trial.beneath, ...trial.patches];
      const tree = { package: name, from: { kind: 'dir', path: original }, patches } as const;
      await t.notThrowsAsync(() => stageTree(docker, tree, { image, folder }), trial.name);
    }
  });
}

test('a mutant that was caught before is caught again, by its clause and with its cause', async (t) => {
  const corpus = chosen(await loadCorpus(), CAUGHT);
  for (const trial of trialsOf(corpus, { singly: false })) {
    const said = await runTrial(trial, { planning: await planningFor(defaultSubject), directory });
    t.log(JSON.stringify(said));
    t.true(said.right, trial.name);
    t.true(said.clauseRight, `${trial.name}: ${said.clauses.join(', ')}`);
    t.true(said.causeRight, `${trial.name}: ${said.cause}`);
  }
});
