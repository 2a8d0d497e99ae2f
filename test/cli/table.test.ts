import test from 'ava';
import { table } from '../../src/cli/table.ts';

test('columns are aligned, also with wide characters', (t) => {
  const rows = [
    ['name', 'status'],
    ['堆栈', 'CREATE_COMPLETE'],
    ['a-stack', 'GONE'],
  ];
  t.deepEqual(table(rows).split('\n'), [
    'name     status',
    '堆栈     CREATE_COMPLETE',
    'a-stack  GONE',
  ]);
});
