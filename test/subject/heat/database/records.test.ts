import test from 'ava';
import {
  checkRecords,
  leftOutRecords,
  type StackRecord,
} from '../../../../src/subject/heat/database/records.ts';

type Rows = readonly (readonly (string | null)[])[];

/** The rows of a table, by the table's name; an engine is alive, and there is nothing else. */
function database(tables: Readonly<Record<string, Rows>>) {
  return {
    query: (sql: string): Promise<Rows> => {
      const table = /HAVING/.test(sql)
        ? 'made twice'
        : /Worker went down/.test(sql)
          ? 'stolen'
          : (/ (own_events|unreported|trusts)\b/.exec(sql)?.[1] ??
            /FROM (\w+)/.exec(sql)?.[1] ??
            '');
      const standard: Readonly<Record<string, Rows>> = { service: [['engine-1']] };
      return Promise.resolve(tables[table] ?? standard[table] ?? []);
    },
  };
}

const deleted: StackRecord = { id: 's1', name: 'one', accepted: ['create', 'update', 'delete'] };
const kept: StackRecord = { id: 's1', name: 'one', accepted: ['create', 'replace'] };

const onlyHeld = (broken: readonly string[]) => broken.filter((one) => one.startsWith('held'));

async function broken(
  record: StackRecord,
  tables: Readonly<Record<string, Rows>>,
  open: readonly string[] = [],
) {
  const checks = await checkRecords(database(tables), [record], open);
  return checks.flatMap(({ check, detail, ok }) => (ok ? [] : [`${check}: ${detail}`]));
}

test('a deleted stack without any rows left is right', async (t) => {
  const checks = await checkRecords(database({ stack: [['s1', null, '0']] }), [deleted], []);
  t.true(checks.every(({ ok }) => ok));
  t.true(checks.some(({ check }) => check === 'nothing-left-after-delete'));
});

test('remaining rows of a deleted stack and of its nested stacks are named', async (t) => {
  const stack = [
    ['s1', null, '0'],
    ['s2', 's1', '1'],
  ] as const;
  t.deepEqual(
    await broken(deleted, {
      stack,
      resource: [['s2', 'link1', null]],
      stack_lock: [['s1', 'engine-1']],
      sync_point: [['s1', '2']],
    }),
    ['nothing-left-after-delete: left: resource link1, lock of engine-1, 2 sync points, stack s2'],
  );
});

test('a copy of a resource outlives its stack only if the template retains it', async (t) => {
  const stack = [['s1', null, '0']] as const;
  const record: StackRecord = { ...deleted, replaced: ['config'], retained: 1 };
  const left = [['s1', 'one-kept-a', '1']] as const;
  t.deepEqual(await broken(record, { stack, software_config: left }), []);
  t.deepEqual(await broken(record, { stack }), [
    'retained-stays: 0 of 1 retained software configurations are left',
  ]);
  const replaced = [...left, ['s1', 'one-config-b', '0']] as const;
  t.deepEqual(await broken(record, { stack, software_config: replaced }), [
    'nothing-left-after-delete: left: software configuration one-config-b',
  ]);
  t.deepEqual(await broken(kept, { stack, software_config: replaced }), []);
});

test('a snapshot and the users’ project of a deleted stack are named', async (t) => {
  const tables = {
    stack: [['s1', null, '0']],
    snapshot: [
      ['s1', 'backup'],
      ['s2', 'of another'],
    ],
    keystone: [['s1', 'heat_stack_user']],
  } as const;
  t.deepEqual(await broken(deleted, tables), [
    'nothing-left-after-delete: left: snapshot backup, project heat_stack_user',
  ]);
  t.deepEqual(await broken(kept, tables), [], 'a stack that lives has them');
  const abandoned: StackRecord = { ...deleted, accepted: ['create', 'abandon'] };
  t.deepEqual(await broken(abandoned, tables), [
    'nothing-left-after-delete: left: snapshot backup',
  ]);
});

test('rows to which no other refers are counted, unless something is still under way', async (t) => {
  const tables = { raw_template: [['7'], ['9']], user_creds: [['1']] } as const;
  t.deepEqual(await broken(kept, tables), [
    'nothing-orphaned: rows to which no other row refers: 1 of user_creds, 2 of raw_template',
  ]);
  t.deepEqual(await broken(kept, tables, ['s1']), []);
});

test('a stack whose update was stopped leaves one template, with an upgrade and without', async (t) => {
  const stopped = { ...kept, leavesTemplate: true };
  t.deepEqual(await broken(stopped, { raw_template: [['7']] }), []);
  const tables = { raw_template: [['7'], ['9']], user_creds: [['1']] } as const;
  t.deepEqual(await broken(stopped, tables), [
    'nothing-orphaned: rows to which no other row refers: 1 of user_creds, 1 of raw_template',
  ]);
});

test('a check that an open operation prevents is named, with the reason', (t) => {
  t.deepEqual(leftOutRecords([]), []);
  const [one] = leftOutRecords(['s1', 's2']);
  t.is(one?.check, 'nothing-orphaned');
  t.is(leftOutRecords(['s1'])[1]?.check, 'nothing-left-in-keystone');
  t.regex(one?.why ?? '', /^the last operation of 2 stacks is stuck or got no answer/);
});

test('rows of other stacks are none of its business', async (t) => {
  t.deepEqual(
    await broken(deleted, {
      stack: [
        ['s1', null, '0'],
        ['s3', null, '1'],
      ],
      resource: [['s3', 'link1', 'engine-1']],
      stack_lock: [['s3', 'engine-1']],
    }),
    [],
  );
});

test('a row held by an engine that has gone is named; one held by a living engine is not', async (t) => {
  const stack = [['s1', null, '1']] as const;
  t.deepEqual(await broken(kept, { stack, resource: [['s1', 'link1', 'engine-1']] }), []);
  const tables = {
    stack: [...stack, ['s2', 's1', '1']],
    resource: [['s2', 'link1', 'engine-gone']],
    stack_lock: [['s1', 'engine-gone']],
  };
  t.deepEqual(await broken(kept, tables), [
    'held-by-no-gone-engine: held: resource link1 of s2 by engine-gone, stack s1 by engine-gone',
  ]);
  // For a stuck stack, the operation reports it.
  t.deepEqual(await broken(deleted, tables, ['s1']).then(onlyHeld), []);
});

test('a deletion that overtakes a change may reach a resource by both', async (t) => {
  const stack = [['s1', null, '0']] as const;
  const event = [['s1', 'link1', 'OS::Heat::TestResource', 'DELETE', '1', '2']] as const;
  const twice = ['nothing-done-twice: DELETE of link1 begun 1 times and done 2, asked for 1'];
  t.deepEqual(await broken(deleted, { stack, event }), twice);
  t.deepEqual(await broken({ ...deleted, overtakes: true }, { stack, event }), []);
});

test('an action that began or ended more often than asked for was done twice', async (t) => {
  const event = (action: string, begun: number, done: number, type = 'OS::Heat::TestResource') => [
    's1',
    'link1',
    type,
    action,
    String(begun),
    String(done),
  ];
  const stack = [['s1', null, '1']] as const;
  const of = (...rows: Rows) => broken(kept, { stack, event: rows });
  // A replacement creates another, begins as an update, and deletes the one before.
  t.deepEqual(await of(event('CREATE', 2, 2), event('UPDATE', 1, 1), event('DELETE', 1, 1)), []);
  t.deepEqual(await of(event('CREATE', 3, 2)), [
    'nothing-done-twice: CREATE of link1 begun 3 times and done 2, asked for 2',
  ]);
  t.deepEqual(await of(event('CREATE', 2, 2, 'OS::Heat::RandomString')), [
    'nothing-done-twice: CREATE of link1 begun 2 times and done 2, asked for 1',
  ]);
  t.deepEqual(await of(event('DELETE', 0, 2)), [
    'nothing-done-twice: DELETE of link1 begun 0 times and done 2, asked for 1',
  ]);
  t.deepEqual(await of(event('SIGNAL', 0, 5)), []);
});

test('a physical id that two creations ended with is named', async (t) => {
  t.deepEqual(await broken(kept, { 'made twice': [['one-link1-abc']] }), [
    'physical-ids-unique: made more than once: one-link1-abc',
  ]);
});

test('stacks that a database of a user’s own brought may share a physical id', async (t) => {
  const asked: string[] = [];
  await checkRecords({ query: (sql) => (asked.push(sql), Promise.resolve([])) }, [kept], []);
  const [twice] = asked.filter((sql) => sql.includes('HAVING'));
  t.regex(twice ?? '', /stack_id IN \(SELECT id FROM stack WHERE name LIKE 'rollgate-%'\)/);
});

test('a resource that an engine took from another is reported', async (t) => {
  const event = [['s1', 'link1', 'OS::Heat::TestResource', 'UPDATE', '1', '1']];
  t.deepEqual(
    await broken(
      { ...kept, accepted: ['create', 'update'] },
      { event, stolen: [['s1', 'link1', 'Worker went down during resource UPDATE']] },
    ),
    [
      'no-lock-stolen: an engine took a resource from another that it took for dead: link1: Worker went down during resource UPDATE',
    ],
  );
});

/** A stack that was suspended and resumed, and one that was only suspended. */
const suspended: readonly StackRecord[] = [
  { id: 's1', name: 'one', accepted: ['create', 'suspend'] },
  { id: 's2', name: 'two', accepted: ['create', 'suspend', 'resume'] },
];

async function unannounced(tables: Readonly<Record<string, Rows>>, records = suspended) {
  const checks = await checkRecords(database(tables), records, []);
  return checks.flatMap(({ check, object, detail, ok }) =>
    check === 'events-of-each-action' && !ok ? [`${object}: ${detail}`] : [],
  );
}

test('an action on a stack without its events is named, if another stack has them', async (t) => {
  const of = (stack: string, action: string, count: string) => [stack, action, count] as const;
  const right = [of('s1', 'CREATE', '2'), of('s1', 'SUSPEND', '2'), of('s2', 'CREATE', '2')];
  const own = (...rows: Rows) => unannounced({ own_events: [...right, ...rows] });
  t.deepEqual(await own(of('s2', 'SUSPEND', '2'), of('s2', 'RESUME', '2')), []);
  t.deepEqual(await own(of('s2', 'SUSPEND', '1')), ['two: 1 of 2 events of the stack for SUSPEND']);
  t.deepEqual(await unannounced({ own_events: [of('s1', 'CREATE', '2')] }), [
    'two: 0 of 2 events of the stack for CREATE',
  ]);
  t.deepEqual(await unannounced({ own_events: [] }), [], 'this release writes none');
});

test('a stack that is overtaken, or has to fail, needs no events of that action', async (t) => {
  const records: readonly StackRecord[] = [
    { id: 's1', name: 'one', accepted: ['create', 'delete'] },
    { id: 's2', name: 'two', accepted: ['create', 'delete'], odd: ['create'] },
    { id: 's3', name: 'three', accepted: ['create', 'abandon', 'adopt'], formerId: 's4' },
  ];
  const own_events = [
    ['s1', 'CREATE', '2'],
    ['s1', 'DELETE', '2'],
    ['s2', 'DELETE', '1'],
  ];
  t.deepEqual(await unannounced({ own_events }, records), [
    'two: 1 of 2 events of the stack for DELETE',
  ]);
});

test('a resource that a suspend did not reach is named', async (t) => {
  const event = (stack: string, resource: string, action: string, done = '1') =>
    [stack, resource, 'OS::Heat::RandomString', action, done, done] as const;
  const made = ['s1', 's2'].flatMap((stack) => [
    event(stack, 'random', 'CREATE'),
    event(stack, 'link1', 'CREATE'),
  ]);
  const whole = [event('s1', 'random', 'SUSPEND'), event('s1', 'link1', 'SUSPEND')];
  const two = [event('s2', 'random', 'SUSPEND'), event('s2', 'link1', 'SUSPEND')];
  t.deepEqual(await unannounced({ event: [...made, ...whole] }), [
    'two: SUSPEND did not reach link1, random; RESUME did not reach link1, random',
  ]);
  const resumed = event('s2', 'random', 'RESUME');
  t.deepEqual(await unannounced({ event: [...made, ...whole, ...two, resumed] }), [
    'two: RESUME did not reach link1',
  ]);
  t.deepEqual(await unannounced({ event: made }), [], 'this release writes none');
});

test('an engine that never reported itself after its start is named', async (t) => {
  const unreported = [['node1', 'engine-1', '90']];
  t.deepEqual(await broken(kept, { unreported }), [
    'engines-report-themselves: not since their start: node1 (engine-1), 90 s old',
  ]);
});

test('trusts without credentials that refer to them are counted', async (t) => {
  t.deepEqual(await broken(kept, { trusts: [['12', '5']] }), [
    'nothing-left-in-keystone: 12 trusts, and 5 stacks with credentials',
  ]);
  const checks = await checkRecords(database({ trusts: [['12', '5']] }), [kept], []);
  t.like(checks.find(({ surplus }) => surplus !== undefined)?.surplus, {
    count: 7,
    within: 3,
    refusedBy: 'trust-deletion-refused',
  });
  t.deepEqual(
    await broken(kept, { trusts: [['8', '5']] }),
    [],
    'a creation that failed may leave one',
  );
  t.deepEqual(await broken(kept, { trusts: [['2', '5']] }), [], 'a database of the user’s own');
  t.deepEqual(await broken(kept, { trusts: [['12', '5']] }, ['s1']), [], 'one is under way');
});
