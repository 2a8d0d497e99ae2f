import test from 'ava';
import { migrationFailed } from '../../../src/lab/deployment/migration.ts';

const INFO = '2026-11-29 22:08:58.971 8 INFO alembic.runtime.migration [-] Context impl MySQLImpl.';
const RAN = 'rollgate-ran /opt/rollgate/sources/ironic/ironic/objects/conductor.py:50';

test('a migration’s last words stand beside how it ended, and reports of changed code are left out', (t) => {
  const output = [RAN, INFO, 'The database is not compatible with this release.', ''].join('\n');
  const { code, message, detail } = migrationFailed('ironic-dbsync upgrade', 2, output);
  t.is(code, 'migration-failed');
  t.is(
    message,
    'ironic-dbsync upgrade ended with 2: The database is not compatible with this release.',
  );
  t.is(detail, INFO);
});

for (const exitCode of [137, 143]) {
  test(`a migration that was killed is no failed migration: ${exitCode}`, (t) => {
    const { code, kind, message } = migrationFailed('db_sync', exitCode, `${INFO}\n`);
    t.deepEqual([code, kind], ['killed', 'harness']);
    t.is(message, `db_sync was killed (exit status ${exitCode})`);
  });
}

test('an exception and a line of a log stay where they are', (t) => {
  const raised = 'KeyError: no such column';
  for (const last of [raised, INFO]) {
    const { message, detail } = migrationFailed('db_sync', 1, `${RAN}\n${last}\n`);
    t.deepEqual([message, detail], ['db_sync ended with 1', last]);
  }
});

test('of a long output the last lines are shown', (t) => {
  const output = Array.from({ length: 40 }, (_, index) => `${INFO} ${index}`).join('\n');
  const lines = migrationFailed('db_sync', 1, output).detail?.split('\n') ?? [];
  t.is(lines.length, 15);
  t.is(lines.at(-1), `${INFO} 39`);
});
