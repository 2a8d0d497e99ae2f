import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { REPORTS, writeReports } from '../../../src/report/files/files.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { VerdictSchema } from '../../../src/verdict/schema/verdict.ts';
import { badRoll } from '../../verdict/runs.ts';

test('verdict.json holds the verdict, with the same bytes each time', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'rollgate-report-'));
  t.teardown(() => rm(dir, { recursive: true }));
  const { events } = badRoll();
  const verdict = judge(events);
  const files = await writeReports(dir, events, verdict);
  t.deepEqual(
    files,
    REPORTS.map(({ file }) => join(dir, file)),
  );
  t.true(REPORTS.some(({ file }) => file === 'junit.xml'));
  const text = await readFile(join(dir, 'verdict.json'), 'utf8');
  t.deepEqual(VerdictSchema.parse(JSON.parse(text)), JSON.parse(JSON.stringify(verdict)));
  await writeReports(dir, events, judge(events));
  t.is(await readFile(join(dir, 'verdict.json'), 'utf8'), text);
});
