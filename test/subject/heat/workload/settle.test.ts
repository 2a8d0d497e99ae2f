import test from 'ava';
import type { EventOf } from '../../../../src/events/event.ts';
import type { Database } from '../../../../src/infra/mysql.ts';
import { HOOKED_KIND } from '../../../../src/subject/heat/api/endings.ts';
import { LIFECYCLE_KINDS } from '../../../../src/subject/heat/api/kinds.ts';
import { databaseRecords } from '../../../../src/subject/heat/database/stack-records.ts';
import { Settler } from '../../../../src/subject/heat/workload/settle.ts';
import { STACK_ID, type Script } from './scripted-client.ts';
import { StartedLifecycle } from './started-lifecycle.ts';

/** A database in which no stack has an event, and each has an unfinished resource. */
function stalled(holder: string): Database {
  const held = holder === 'NULL' ? null : holder.replaceAll("'", '');
  const row = [
    '1',
    'link1',
    STACK_ID,
    'CREATE_IN_PROGRESS',
    held,
    held === null ? null : 'node1',
    held === null ? null : '0',
    null,
    '[]',
    null,
    '0',
    null,
  ];
  return { query: async (sql) => (sql.includes('event') ? [] : [row]) };
}

type Settled = EventOf<'operation-settled'>;

/**
 * A stack's newest operation, looked at when it was silent for too long.
 * @param looks How many operations before it complete.
 * @param show What Heat says of the stack then.
 */
async function settledBy(
  show: ReturnType<Script>,
  {
    kind = 'quick',
    looks = 0,
    holder = 'NULL',
    at = 60_000,
    database = stalled(holder),
  }: {
    kind?: string;
    looks?: number;
    holder?: string;
    at?: number;
    database?: Database;
  } = {},
): Promise<Settled | undefined> {
  const found = LIFECYCLE_KINDS.find(({ name }) => name === kind);
  if (found === undefined) throw new Error(`no kind ${kind}`);
  const started = new StartedLifecycle(found);
  const lost = { status: 502 };
  started.heat.instead = ({ operation }) => (operation === 'signal' ? lost : undefined);
  await started.looks(looks);
  started.heat.instead = ({ operation }) =>
    operation === 'stack-show' ? show : operation === 'signal' ? lost : undefined;
  started.time = at;
  const before = started.settled.length;
  const now = (): number => started.time;
  const settler = new Settler(databaseRecords(database), {
    stuckAfterMs: 20_000,
    quietSince: 0,
    now,
  });
  await settler.look([started.lifecycle]);
  return started.settled.slice(before)[0];
}

const shown = (stack_status: string) => ({
  status: 200,
  body: { stack: { id: 'id', stack_name: 'name', stack_status } },
});

test('a silent stack that Heat shows as complete is complete, even before a list has shown it', async (t) => {
  t.like(await settledBy(shown('CREATE_COMPLETE')), {
    outcome: 'completed',
    status: 'CREATE_COMPLETE',
  });
});

test('an update never began if Heat still shows the status from before it', async (t) => {
  t.like(await settledBy(shown('CREATE_COMPLETE'), { looks: 1 }), {
    action: 'update',
    outcome: 'stuck',
    neverBegun: true,
  });
  const begun = await settledBy(shown('UPDATE_IN_PROGRESS'), { looks: 1 });
  t.like(begun, { action: 'update', outcome: 'stuck' });
  t.is(begun?.neverBegun, undefined);
});

test('a stack that Heat shows as failed has failed', async (t) => {
  t.like(await settledBy(shown('CREATE_FAILED')), { outcome: 'failed' });
});

test('a stack that Heat shows as in progress is stuck', async (t) => {
  t.like(await settledBy(shown('CREATE_IN_PROGRESS')), {
    outcome: 'stuck',
    status: 'CREATE_IN_PROGRESS',
  });
});

test('a stack that never comes to its hook is stuck; one whose looks fail stays open', async (t) => {
  for (const [status, outcome] of [
    [200, 'stuck'],
    [502, undefined],
  ] as const) {
    const started = new StartedLifecycle(HOOKED_KIND);
    started.heat.instead = ({ operation }) =>
      operation === 'event-list' ? { status, body: { events: [] } } : undefined;
    await started.looks(40);
    started.time = 400_000;
    const settler = new Settler(databaseRecords(stalled('NULL')), {
      stuckAfterMs: 20_000,
      quietSince: 0,
      now: () => started.time,
    });
    await settler.look([started.lifecycle]);
    t.is(started.settled[0]?.outcome, outcome);
    t.is(started.over, outcome === undefined);
  }
});

test('a stack that the API does not know is lost', async (t) => {
  t.like(await settledBy({ status: 404 }), { outcome: 'lost' });
});

test('a stack whose delete was accepted and that the API no longer knows is deleted', async (t) => {
  t.like(await settledBy({ status: 404 }, { looks: 3 }), {
    action: 'delete',
    outcome: 'completed',
  });
});

test('an API without an answer gets three times as long; then the stack counts as unknown', async (t) => {
  t.is(await settledBy({ status: 500 }, { at: 59_000 }), undefined);
  t.like(await settledBy({ status: 500 }, { at: 61_000 }), {
    outcome: 'stuck',
    status: 'CREATE_IN_PROGRESS; the API cannot show the stack',
  });
});

test('a snapshot of a stack that Heat shows as in progress is stuck', async (t) => {
  t.like(await settledBy(shown('SNAPSHOT_IN_PROGRESS'), { kind: 'snapshot', looks: 1 }), {
    action: 'snapshot',
    outcome: 'stuck',
  });
});

test('a stack that waits for a signal that was not sent is not stuck', async (t) => {
  t.is(await settledBy(shown('CREATE_IN_PROGRESS'), { kind: 'signal' }), undefined);
});

test('work held by a living engine gets three times as long', async (t) => {
  const show = shown('CREATE_IN_PROGRESS');
  t.is(await settledBy(show, { holder: 'engine-1', at: 59_000 }), undefined);
  t.like(await settledBy(show, { holder: 'engine-1', at: 61_000 }), { outcome: 'stuck' });
});

/**
 * A database in which a resource was done this long before the query, and the next is still to
 * begin.
 */
function dueFor(milliseconds: number): Database {
  const row = (id: string, doneAt: string | null): readonly (string | null)[] => [
    id,
    `link${id}`,
    STACK_ID,
    'CREATE_COMPLETE',
    null,
    null,
    null,
    doneAt,
    doneAt === null ? '[1]' : '[]',
    null,
    doneAt === null ? '0' : '1',
    null,
  ];
  return {
    query: async (sql) => {
      if (sql.includes('event')) return [];
      const doneAt = String((Date.now() - milliseconds) / 1000);
      return [row('1', doneAt), row('2', null)];
    },
  };
}

test('a resource that became due a moment ago is not stuck, whatever earlier events said', async (t) => {
  const show = shown('UPDATE_IN_PROGRESS');
  t.is(await settledBy(show, { database: dueFor(5000) }), undefined);
  t.like(await settledBy(show, { database: dueFor(50_000) }), { outcome: 'stuck' });
});

test('a stack that progressed while others were looked up is not stuck', async (t) => {
  // The API is slow on a busy machine: data read before the request is old by then.
  let readings = 0;
  const moving: Database = {
    query: async (sql) => {
      if (!sql.includes('event')) return stalled('NULL').query(sql);
      readings += 1;
      return readings === 1 ? [] : [[STACK_ID, String(Date.now() / 1000 - 3), null]];
    },
  };
  t.is(await settledBy(shown('CREATE_IN_PROGRESS'), { database: moving }), undefined);
  t.is(readings, 2);
});
