import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import test from 'ava';
import { stringify } from 'yaml';
import { preparePlan } from '../../../src/runs/prepare.ts';
import { scenarioInput } from '../../../src/scenario/write-scenario.ts';
import { defaultSubject, planningFor } from '../../../src/subject/registry.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { invoked } from '../rollgate.ts';

const MATRIX = `
pairs: [{ from: 2025.1, to: 2026.1 }]
choreographies: [guide, gentle]
`;

/** A run's folder as an earlier `rollgate matrix` left it; its events are a saved run's. */
async function leaveRun(folder: string, choreography: string): Promise<void> {
  const overrides = Object.entries({ base: '2025.1', target: '2026.1', choreography });
  const prepared = await preparePlan({
    ...(await planningFor(defaultSubject)),
    scenario: 'default',
    overrides: overrides.map(([path, value]) => ({ option: path, path: [path], value })),
  });
  const run = join(folder, `2025.1-2026.1-${choreography}-2x2-seed-1`);
  await mkdir(run, { recursive: true });
  const saved = new URL('../../browser/fixture/guide.ndjson.gz', import.meta.url);
  await writeFile(join(run, 'events.ndjson'), gunzipSync(await readFile(saved)));
  await writeFile(join(run, 'scenario.yaml'), stringify(scenarioInput(prepared)));
}

test('a matrix whose runs are all there starts none: one table, JUnit and one status', async (t) => {
  const folder = temporaryFolder();
  const file = join(folder, 'm.yaml');
  await writeFile(file, MATRIX);
  for (const choreography of ['guide', 'gentle']) await leaveRun(folder, choreography);
  const { exitCode, stdout, stderr } = await invoked(['matrix', file, '--out', folder], {
    DOCKER_HOST: 'unix:///nowhere/docker.sock',
  });
  // The saved run requires zero downtime, and lost 14 requests.
  t.is(exitCode, 99, stderr);
  t.regex(stdout, /^2025\.1 → 2026\.1 +guide on 2x2, seed 1 +failed +14 of 978 /m);
  t.regex(stdout, /^0 of 2 passed$/m);
  t.regex(stderr, /run 2 of 2: 2025\.1-2026\.1-gentle-2x2-seed-1/);
  t.regex(await readFile(join(folder, 'junit.xml'), 'utf8'), /tests="2"/);
});

test('a matrix does not go on in a folder with runs of another scenario', async (t) => {
  const folder = temporaryFolder();
  const file = join(folder, 'm.yaml');
  await writeFile(file, `${MATRIX}scenario: gentle\n`);
  for (const choreography of ['guide', 'gentle']) await leaveRun(folder, choreography);
  const { exitCode, stderr } = await invoked(['matrix', file, '--out', folder]);
  t.is(exitCode, 104);
  t.regex(stderr, /guide-2x2-seed-1 holds a run of another scenario\s+hint: Name another folder/);
});
