import test from 'ava';
import type { RunEvent } from '../../../../src/events/event.ts';
import type { RequestSpec } from '../../../../src/load/http/request.ts';
import { HeatApi } from '../../../../src/subject/heat/api/api.ts';
import { revive, type StuckStack } from '../../../../src/subject/heat/workload/revive.ts';
import { scriptedClient } from './scripted-client.ts';

const LIMIT_LOOKS = 10;

/** A Heat in which each look shows the next of a stack's statuses, and then always the last one. */
async function revived(
  stacks: readonly StuckStack[],
  statuses: Readonly<Record<string, readonly (string | undefined)[]>>,
  refuse: (request: RequestSpec) => number | undefined = () => undefined,
) {
  const asked: string[] = [];
  const events: RunEvent[] = [];
  const limit = new AbortController();
  let looks = 0;
  const client = scriptedClient((request) => {
    if (request.operation === 'stack-list') {
      const listed = Object.entries(statuses).flatMap(([id, shown]) => {
        const status = shown[Math.min(looks, shown.length) - 1];
        return status === undefined
          ? []
          : [{ id, stack_name: id, stack_status: status, stack_status_reason: 'why' }];
      });
      return { status: 200, body: { stacks: listed } };
    }
    asked.push(`${request.method} ${request.path.split('/').at(-1)} ${request.body ?? ''}`.trim());
    return { status: refuse(request) ?? (request.method === 'DELETE' ? 204 : 202) };
  });
  await revive(
    stacks,
    {
      api: new HeatApi(client, { id: 'token', projectId: 'project' }),
      emit: (event) => events.push(event),
      now: () => looks * 1000,
      async pause() {
        looks += 1;
        if (looks > LIMIT_LOOKS) limit.abort();
      },
    },
    limit.signal,
  );
  return { asked, events };
}

const stack = (id: string, action: StuckStack['action'] = 'create'): StuckStack => ({
  id,
  name: id,
  action,
});

test('a stuck stack is updated with its own template; one that is stuck in a delete is deleted again', async (t) => {
  const { asked, events } = await revived([stack('a'), stack('b', 'delete')], {
    a: ['UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE'],
    b: ['DELETE_IN_PROGRESS', 'DELETE_IN_PROGRESS', undefined],
  });
  t.deepEqual(asked, ['PATCH a {"parameters":{}}', 'DELETE b']);
  const common = { type: 'revival-ended', outcome: 'completed' } as const;
  t.deepEqual(events, [
    { ...common, at: 2000, object: 'a', by: 'update', status: 'UPDATE_COMPLETE', seconds: 2 },
    { ...common, at: 3000, object: 'b', by: 'delete', status: 'DELETE_COMPLETE', seconds: 3 },
  ]);
});

test('a failed, a refused and an unfinished revival are each reported as such', async (t) => {
  const { events } = await revived(
    [stack('a'), stack('b', 'suspend'), stack('c')],
    { a: ['UPDATE_FAILED'], c: ['UPDATE_IN_PROGRESS'] },
    ({ path }) => (path.endsWith('/b') ? 409 : undefined),
  );
  t.deepEqual(
    events.map(
      (event) => event.type === 'revival-ended' && [event.object, event.outcome, event.status],
    ),
    [
      ['b', 'refused', '409'],
      ['a', 'failed', 'UPDATE_FAILED: why'],
      ['c', 'unfinished', 'UPDATE_IN_PROGRESS'],
    ],
  );
});

test('if nothing is stuck, nothing is requested', async (t) => {
  t.deepEqual(await revived([], {}), { asked: [], events: [] });
});
