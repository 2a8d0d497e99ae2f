import test from 'ava';
import { copiesFor, multiplySql } from '../../../../src/subject/heat/database/multiply.ts';

const COLUMNS = {
  stack: ['id', 'name', 'raw_template_id', 'owner_id', 'tenant'],
  raw_template: ['id', 'template', 'files_id'],
  raw_template_files: ['id', 'files'],
  user_creds: ['id', 'username'],
  resource: ['id', 'uuid', 'nova_instance', 'stack_id', 'root_stack_id', 'rsrc_prop_data_id'],
  resource_properties_data: ['id', 'data'],
  resource_data: ['id', 'resource_id'],
  event: ['id', 'uuid', 'stack_id', 'rsrc_prop_data_id'],
  stack_tag: ['id', 'stack_id'],
};

test('enough copies of the existing stacks are made for the requested number', (t) => {
  t.is(copiesFor(10_000, 4), 2499);
  t.is(copiesFor(10, 4), 2);
  t.is(copiesFor(4, 4), 0);
});

test('a copy has its own ids, and refers to its own rows', (t) => {
  const sql = multiplySql(COLUMNS, { copies: 2499, stride: 1000, stacks: ['a-1', 'b-2'] });
  const of = (table: string) =>
    sql.find((one) => one.startsWith(`INSERT INTO \`${table}\` `)) ?? '';
  t.regex(of('stack'), /FROM `stack` t JOIN seq_1_to_2499 s WHERE t\.id IN \('a-1', 'b-2'\)$/);
  t.true(of('stack').includes("CONCAT(LPAD(HEX(s.seq), 8, '0'), SUBSTR(t.`id`, 9))"));
  t.true(of('stack').includes("CONCAT(t.`name`, '-', s.seq)"));
  t.true(of('stack').includes('t.`raw_template_id` + s.seq * 1000'));
  t.true(
    of('resource').includes(
      "IF(t.`nova_instance` = '', '', CONCAT(t.`nova_instance`, '-', s.seq))",
    ),
  );
  t.true(of('resource').includes("IF(t.`nova_instance` IN ('a-1', 'b-2'), CONCAT(LPAD(HEX(s.seq)"));
  t.true(of('event').includes("CONCAT(LPAD(HEX(s.seq), 8, '0'), SUBSTR(t.`uuid`, 9))"));
  t.true(of('stack').includes('t.`tenant`'));
  t.deepEqual(
    sql.map((one) => /INSERT INTO `(\w+)`/.exec(one)?.[1]),
    Object.keys(COLUMNS).toSorted(),
  );
});

test('a table that a release lacks is left out', (t) => {
  const { stack_tag: _, ...less } = COLUMNS;
  const sql = multiplySql(less, { copies: 1, stride: 10, stacks: ['a-1'] });
  t.false(sql.some((one) => one.includes('stack_tag')));
});
