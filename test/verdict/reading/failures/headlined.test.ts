import test from 'ava';
import { headlined } from '../../../../src/verdict/reading/failures/headlined.ts';

const log = (...lines: readonly string[]): string =>
  lines.map((line) => `2026-11-24 18:04:23.712 1 ERROR heat-manage ${line}`).join('\n');

test('the last raised exception is shown next to the failed action', (t) => {
  const text = log(
    'Traceback (most recent call last):',
    '  File "cfg.py", line 3926, in _check_required_opts',
    '    raise RequiredOptError(opt.name, group)',
    'oslo_config.cfg.RequiredOptError: value required for option stack_region',
    '',
  );
  const message = `db_sync ended with 1\n${text}`;
  t.is(
    headlined(message),
    `db_sync ended with 1: oslo_config.cfg.RequiredOptError: value required for option stack_region\n${text
      .split('\n')
      .filter((line) => !line.includes('required for option'))
      .join('\n')}`,
  );
});

test('a program’s output without a log is shown too', (t) => {
  const printed =
    'INFO alembic Running upgrade\nERROR: (pymysql.err.IntegrityError) (1062, "Duplicate")\n[SQL: ALTER]';
  t.is(
    headlined(`ended with 1\n${printed}`).split('\n')[0],
    'ended with 1: ERROR: (pymysql.err.IntegrityError) (1062, "Duplicate")',
  );
});

test('a message without a log stays unchanged', (t) => {
  t.is(headlined('not ready after 40 s\nstarting'), 'not ready after 40 s\nstarting');
});
