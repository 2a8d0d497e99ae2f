import test from 'ava';
import { STACK_TABLES } from '../../../src/subject/heat/database/stack-tables.ts';
import { NODE_TABLES } from '../../../src/subject/ironic/database/node-tables.ts';
import { columnsIn, copiesFor, multiplySql } from '../../../src/subject/rows/multiply.ts';

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
  const sql = multiplySql(STACK_TABLES, COLUMNS, {
    copies: 2499,
    stride: 1000,
    objects: ['a-1', 'b-2'],
  });
  const of = (table: string) =>
    sql.find((one) => one.startsWith(`INSERT INTO \`${table}\` `)) ?? '';
  t.regex(of('stack'), /FROM `stack` t JOIN seq_1_to_2499 s WHERE t\.`id` IN \('a-1', 'b-2'\)$/);
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
  const sql = multiplySql(STACK_TABLES, less, { copies: 1, stride: 10, objects: ['a-1'] });
  t.false(sql.some((one) => one.includes('stack_tag')));
});

test('copies of nodes are in maintenance, and each port has an address of its own', (t) => {
  const columns = {
    nodes: ['id', 'uuid', 'name', 'maintenance', 'conductor_affinity'],
    ports: ['id', 'uuid', 'address', 'node_id', 'portgroup_id'],
    node_traits: ['node_id', 'trait'],
  };
  const sql = multiplySql(NODE_TABLES, columns, { copies: 9, stride: 10, objects: [] });
  const [traits, nodes, ports, ...more] = sql;
  t.deepEqual(more, []);
  t.regex(traits ?? '', /SELECT t\.`node_id` \+ s\.seq \* 10, t\.`trait` FROM `node_traits` t/);
  t.regex(nodes ?? '', /CONCAT\(t\.`name`, '-', s\.seq\), 1, NULL FROM `nodes` t/);
  t.regex(
    ports ?? '',
    /CONCAT_WS\(':', '06', '00', SUBSTR\(LOWER\(LPAD\(HEX\(t\.`id` \+ s\.seq \* 10\)/,
  );
  t.regex(
    ports ?? '',
    /t\.`node_id` \+ s\.seq \* 10, t\.`portgroup_id` \+ s\.seq \* 10 FROM `ports` t/,
  );
});

test('the columns of the tables that are copied are read from the database', async (t) => {
  const asked: string[] = [];
  const query = (sql: string) => {
    asked.push(sql);
    return Promise.resolve([
      ['nodes', 'id'],
      ['nodes', 'uuid'],
      ['ports', 'id'],
    ]);
  };
  t.deepEqual(await columnsIn({ query }, NODE_TABLES), { nodes: ['id', 'uuid'], ports: ['id'] });
  t.regex(asked[0] ?? '', /IN \('bios_settings', .*'nodes', 'portgroups', 'ports'\)/);
});
