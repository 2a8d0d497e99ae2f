import test from 'ava';
import { renderVerdict } from '../../../src/report/terminal/summary/summary.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { cleanRoll } from '../runs.ts';

const LOADED = {
  type: 'database-loaded',
  at: 0,
  file: 'dump.sql.gz',
  bytes: 5_000_000,
  revision: 'c6214ca60943',
  loadSeconds: 12.3,
  syncSeconds: 4.5,
  rows: { stack: 10_000, resource: 40_000 },
  databaseBytes: 90_000_000,
} as const;

test('for a run that began with a database, the verdict has its size and the time of its migrations', (t) => {
  const moved = {
    type: 'schema-seen',
    at: 5000,
    release: 'target',
    revision: '88be64598c0f',
    seconds: 6.7,
    databaseBytes: 95_000_000,
  } as const;
  const verdict = judge(cleanRoll().add(LOADED).add(moved).events);
  t.deepEqual(verdict.database, {
    file: 'dump.sql.gz',
    fileBytes: 5_000_000,
    revision: 'c6214ca60943',
    rows: { stack: 10_000, resource: 40_000 },
    loadSeconds: 12.3,
    baseSyncSeconds: 4.5,
    targetSyncSeconds: 6.7,
    bytesBefore: 90_000_000,
    bytesAfter: 95_000_000,
  });
  t.regex(
    renderVerdict(verdict, { color: false, width: 140 }),
    /^Data {4}dump\.sql\.gz: 10,000 rows of stack, 40,000 of resource; 90 MB; db-sync to the target took 6\.7 s$/m,
  );
});

test('for a run that began with an empty database, the verdict does not mention it', (t) => {
  t.false('database' in judge(cleanRoll().events));
});
