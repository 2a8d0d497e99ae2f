import { existsSync, mkdtempSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { stringify } from 'yaml';
import { RollgateError } from '../../../src/errors.ts';
import { encodeEvent } from '../../../src/events/codec.ts';
import { keptRun } from '../../../src/runs/folder/kept-run.ts';

const parent = mkdtempSync(join(tmpdir(), 'rollgate-kept-'));
test.after.always(() => rm(parent, { recursive: true, force: true }));

const SCENARIO = { name: 'one', base: '2025.1', target: '2026.1', seed: 3 };

/** A run's folder, as far as it matters here; without an end where the run was killed. */
async function runIn(
  name: string,
  outcome?: 'completed' | 'failed' | 'aborted',
  error = {},
): Promise<string> {
  const directory = join(parent, name);
  await mkdir(directory);
  const end = { type: 'run-finished', at: 9, time: '2026-01-01T00:00:00Z' } as const;
  const text = outcome === undefined ? '' : encodeEvent({ ...end, outcome, ...error });
  await writeFile(join(directory, 'events.ndjson'), text);
  await writeFile(join(directory, 'scenario.yaml'), stringify(SCENARIO));
  return directory;
}

test('a folder without a run still has to be run', async (t) => {
  t.is(await keptRun(SCENARIO, join(parent, 'none')), undefined);
});

for (const outcome of ['completed', 'failed'] as const) {
  test(`a run that ${outcome} is kept`, async (t) => {
    const events = await keptRun(SCENARIO, await runIn(outcome, outcome));
    t.like(events?.[0], { type: 'run-finished', outcome });
  });
}

test('an interrupted or killed run is set aside, and none is lost', async (t) => {
  const directory = await runIn('cut', 'aborted');
  t.is(await keptRun(SCENARIO, directory), undefined);
  await runIn('cut');
  t.is(await keptRun(SCENARIO, directory), undefined);
  t.false(existsSync(directory));
  t.true(existsSync(join(`${directory}-unfinished-1`, 'events.ndjson')));
  t.true(existsSync(join(`${directory}-unfinished-2`, 'events.ndjson')));
});

test('a run whose lab did not come up does not count as a run', async (t) => {
  const error = { code: 'did-not-serve', message: 'mysql did not serve' };
  const directory = await runIn('no-lab', 'failed', { error });
  t.is(await keptRun(SCENARIO, directory), undefined);
});

test('a run of another scenario is not mistaken for this one', async (t) => {
  const directory = await runIn('other', 'completed');
  await t.throwsAsync(keptRun({ ...SCENARIO, seed: 4 }, directory), {
    instanceOf: RollgateError,
    code: 'another-run',
  });
});
