import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { drawSecrets } from '../../src/infra/secrets.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { renderPlan } from '../../src/plan/render/render.ts';
import { runStartedEvent } from '../../src/run/run-started.ts';
import { bundledReleases, withRunFolder } from '../../src/runs/bundle/read.ts';
import { writeBundle } from '../../src/runs/bundle/write.ts';
import { RunFolder } from '../../src/runs/folder/folder.ts';
import { planDifferences } from '../../src/runs/folder/reproduction.ts';
import { preparePlan } from '../../src/runs/prepare.ts';
import { heatShape } from '../../src/subject/heat/shape.ts';
import { catalogue, planned } from '../plan/planned.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const TOKEN = `gAAAAABm${'q'.repeat(80)}`;

/** A git tree of Heat's shape, changed since its commit, and a patch beside it. */
async function makeSource(): Promise<{ readonly tree: string; readonly patch: string }> {
  const folder = temporaryFolder();
  const tree = join(folder, 'heat');
  await mkdir(join(tree, 'heat'), { recursive: true });
  await writeFile(join(tree, 'setup.py'), 'import setuptools\n');
  await writeFile(join(tree, 'heat', 'a.py'), 'password = "not a secret but source"\n');
  const identity = [
    '-c',
    'user.name=a',
    '-c',
    'user.email=a@localhost',
    '-c',
    'commit.gpgSign=false',
  ];
  for (const command of [
    ['init', '--quiet'],
    ['add', '.'],
    [...identity, 'commit', '--quiet', '-m', 'a'],
    ['tag', '26.0.1'],
  ]) {
    await execa('git', ['-C', tree, ...command]);
  }
  await writeFile(join(tree, 'heat', 'a.py'), 'password = "changed"\n');
  const patch = join(folder, 'fix.patch');
  await writeFile(patch, '--- a/heat/a.py\n+++ b/heat/a.py\n');
  return { tree, patch };
}

/** The folder of a run of such a source, as far as it was begun. */
async function makeRun(): Promise<{
  readonly plan: Plan;
  readonly directory: string;
  readonly tree: string;
}> {
  const { tree, patch } = await makeSource();
  const plan = await planned({
    base: '2026.1',
    target: `dir:${tree}`,
    overlay: { image: '2026.1', base: { patches: [patch] } },
  });
  const directory = join(temporaryFolder(), 'run');
  const folder = await RunFolder.create({ plan, directory, secrets: drawSecrets() });
  folder.emit(runStartedEvent({ plan, lab: 'lab', time: new Date(), engines: [] }));
  await folder.close();
  await writeFile(join(directory, 'logs', 'heat-engine.log'), `X-Auth-Token: ${TOKEN}\n`);
  await mkdir(join(directory, 'shrunk', 'run-01'), { recursive: true });
  await writeFile(join(directory, 'shrunk', 'run-01', 'events.ndjson'), '');
  return { plan, directory, tree };
}

test('a bundle makes the same plan on a machine without the source', async (t) => {
  const { plan, directory, tree } = await makeRun();
  const file = join(temporaryFolder(), 'run.tar.gz');
  await writeBundle({ directory, plan, file });
  await execa('rm', ['-r', tree]);
  await withRunFolder(file, async (unpacked) => {
    const { plan: again } = await preparePlan({
      scenario: { name: 'test', base: '2026.1', target: `dir:${tree}`, seed: 1 },
      shape: heatShape,
      catalogue,
      resolved: await bundledReleases(unpacked),
    });
    t.deepEqual([again.base, again.target], [plan.base, plan.target]);
    t.deepEqual(planDifferences(await readFile(join(unpacked, 'plan.txt'), 'utf8'), again), []);
    const [base, target] = again.overlays;
    t.is(base?.trees[0]?.from.kind, 'installed');
    t.regex(await readFile(base?.trees[0]?.patches[0] ?? '', 'utf8'), /^--- a\/heat\/a\.py/);
    const from = target?.trees[0]?.from;
    if (from?.kind !== 'dir') return t.fail();
    // Source is not masked: it would be another.
    t.is(await readFile(join(from.path, 'heat', 'a.py'), 'utf8'), 'password = "changed"\n');
    await t.throwsAsync(readFile(join(from.path, '.git', 'HEAD')));
  });
});

test('a bundle contains no secret and no other run', async (t) => {
  const { plan, directory } = await makeRun();
  const file = join(temporaryFolder(), 'run.tar.gz');
  await writeBundle({ directory, plan, file });
  t.true((await readFile(join(directory, 'logs', 'heat-engine.log'), 'utf8')).includes(TOKEN));
  await withRunFolder(file, async (unpacked) => {
    const log = await readFile(join(unpacked, 'logs', 'heat-engine.log'), 'utf8');
    t.is(log, 'X-Auth-Token: ***\n');
    await t.throwsAsync(readFile(join(unpacked, 'shrunk', 'run-01', 'events.ndjson')));
  });
});

test('source that was changed since the run is refused', async (t) => {
  const { directory, tree, plan } = await makeRun();
  await writeFile(join(tree, 'heat', 'a.py'), 'changed again\n');
  const now = await planned({
    base: '2026.1',
    target: `dir:${tree}`,
    overlay: {
      image: '2026.1',
      base: { patches: [...(plan.overlays[0]?.trees[0]?.patches ?? [])] },
    },
  });
  await t.throwsAsync(writeBundle({ directory, plan: now, file: join(directory, 'b.tar.gz') }), {
    code: 'source-changed',
    message: /^the target's source/,
  });
});

test('a path that is neither a folder nor a bundle is refused', async (t) => {
  const file = join(temporaryFolder(), 'text');
  await writeFile(file, 'text');
  await t.throwsAsync(
    withRunFolder(file, async () => undefined),
    { code: 'not-a-bundle' },
  );
  await t.throwsAsync(
    withRunFolder(`${file}-none`, async () => undefined),
    { code: 'no-run' },
  );
});

test('a folder that is not a bundle contains no source', async (t) => {
  t.deepEqual(await bundledReleases(temporaryFolder()), {});
});

test('for another plan, the first different line is named; arrows do not count', async (t) => {
  const plan = await planned();
  const failed = renderPlan(plan, { arrow: '3.1' });
  t.deepEqual(planDifferences(`${failed}\n`, plan, '3.1'), []);
  const other = await planned({ durations: { baselineSeconds: 99 } });
  t.regex(planDifferences(failed, other, '3.1')[0] ?? '', /it had ".*12 s", here it is ".*99 s"/);
});

test('a bundle with the data of a git repository is refused: git would obey its configuration', async (t) => {
  const folder = temporaryFolder();
  await mkdir(join(folder, 'run', 'sources', 'target-heat', '.git'), { recursive: true });
  const file = join(folder, 'run.tar.gz');
  await execa('tar', ['-czf', file, '-C', folder, 'run']);
  await t.throwsAsync(
    withRunFolder(file, () => Promise.resolve()),
    { code: 'not-a-bundle' },
  );
});
