import test from 'ava';
import { judge } from '../../../../src/verdict/judge.ts';
import { NEW, Story } from '../../stream.ts';

const WHY = 'Heat stores a template before the stack';
const NAME = 'nothing-orphaned';

/** A creation is answered with 500, and the rows of a check at the end were written at these times. */
function failedCreation(written: readonly (readonly [table: string, seconds: number])[]): Story {
  const story = new Story({ swap: ['1.1 swap'] }, { require: ['supports-upgrade'] });
  story.at(5).requests(20).step('1.1').at(10).swapped('node1/heat-api');
  story.at(15.4).request(
    '5xx-service',
    {
      id: 'req-create',
      probe: 'workload',
      operation: 'stack-create',
      object: 'stack-1',
      status: 500,
      server: 'node1/heat-api',
    },
    0.8,
  );
  story.logged('node1/heat-engine', NEW.version, {
    signature: 'keystone-discovery',
    title: 'Keystone was not found',
    request: 'req-create',
  });
  const rows = written.map(([table, seconds], index) => ({
    table,
    id: String(index),
    at: seconds * 1000,
  }));
  return story.at(40).add({
    type: 'integrity-checked',
    at: 40_000,
    check: NAME,
    object: 'all stacks',
    ok: rows.length === 0,
    detail: `rows to which no other row refers: ${rows.length} of raw_template`,
    left: { rows, why: WHY },
  });
}

const integrityOf = (story: Story) =>
  judge(story.events).tags['supports-upgrade'].clauses.find(({ id }) => id === 'integrity');

test('a row that a failed creation left counts under the cause of that request', (t) => {
  const story = failedCreation([['raw_template', 14]]);
  const { causes } = judge(story.events);
  t.deepEqual(
    causes.map(({ kind }) => kind),
    ['requests-lost'],
  );
  t.true(
    causes[0]?.evidence.includes(
      `Request req-create left 1 row of raw_template in the database: ${WHY}.`,
    ),
  );
});

test('such a row does not fail the upgrade: the same failure leaves it without one', (t) => {
  const clause = integrityOf(failedCreation([['raw_template', 14]]));
  t.is(clause?.status, 'proven');
  t.regex(clause?.evidence.join('\n') ?? '', /Request req-create left 1 row of raw_template/);
});

test('a template and credentials are left by one request', (t) => {
  const story = failedCreation([
    ['user_creds', 15],
    ['raw_template', 15],
  ]);
  t.is(integrityOf(story)?.status, 'proven');
  t.regex(
    judge(story.events).causes[0]?.evidence.join('\n') ?? '',
    /left 1 row of user_creds, 1 row of raw_template/,
  );
});

test('a row from another time, or a second one of the table, is a broken check', (t) => {
  const before = failedCreation([['raw_template', 13]]);
  const after = failedCreation([['raw_template', 16]]);
  for (const story of [before, after]) {
    t.is(integrityOf(story)?.status, 'failed');
    t.is(judge(story.events).causes[0]?.kind, 'integrity-broken');
  }
  const second = failedCreation([
    ['raw_template', 14],
    ['raw_template', 15],
  ]);
  t.deepEqual(integrityOf(second)?.evidence, [
    `${NAME}, all stacks: 1 row of raw_template, in addition to what lost requests left`,
  ]);
});

test('a request that only reads, or that was served, leaves no row', (t) => {
  const story = new Story({ swap: ['1.1 swap'] });
  story.at(5).requests(20).step('1.1').at(10).swapped('node1/heat-api');
  story.at(15.4).request('5xx-service', { id: 'req-list', status: 500 }, 0.8);
  story.request('served', { id: 'req-create', object: 'stack-1' }, 0.8);
  story.add({
    type: 'integrity-checked',
    at: 40_000,
    check: NAME,
    object: 'all stacks',
    ok: false,
    detail: 'rows to which no other row refers: 1 of raw_template',
    left: { rows: [{ table: 'raw_template', id: '1', at: 15_000 }], why: WHY },
  });
  t.is(integrityOf(story)?.status, 'failed');
});
