import test from 'ava';
import type { HttpResult } from '../../../../src/load/http/request.ts';
import type { StackStatus } from '../../../../src/subject/heat/api/answers.ts';
import { HeatApi } from '../../../../src/subject/heat/api/api.ts';
import { Deletions } from '../../../../src/subject/heat/cloud/deletions.ts';
import { scriptedClient, STACK_ID, stackBody } from '../workload/scripted-client.ts';

const STACK = { name: 'rollgate-ci-standing', id: STACK_ID };
const PROJECT = { id: 'token', projectId: 'project' };

/** A Heat whose only stack is in this state: 404 for its change, and shown by its id. */
function heatWith(state: { status: string | undefined; show?: number }) {
  const taken: StackStatus[] = [];
  const client = scriptedClient(({ operation }) => {
    if (operation === 'stack-delete') return { status: 204 };
    if (operation !== 'stack-show') return { status: 404 };
    return state.status === undefined
      ? { status: 404 }
      : { status: state.show ?? 200, body: { stack: stackBody(state.status, STACK.name) } };
  });
  const deletions = new Deletions(client, PROJECT, (stack) => taken.push(stack));
  return { deletions, taken, api: new HeatApi(deletions.client, PROJECT) };
}

const lost: HttpResult = {
  id: 'req-1',
  operation: 'GET stacks',
  connection: 'new',
  outcome: 'wrong-body',
  headers: {},
  body: '',
  sentAt: 0,
  doneAt: 1,
};

test('requests for a stack that another user deleted are not observed, and the deletion is reported once', async (t) => {
  const { api, deletions, taken } = heatWith({ status: 'DELETE_COMPLETE' });
  const { result, value } = await api.update(STACK, {});
  t.is(value, undefined);
  t.is(result.unobserved, 'another user deleted rollgate-ci-standing');
  t.is((await deletions.unless(STACK, lost)).unobserved, result.unobserved);
  t.deepEqual(
    taken.map(({ status }) => status),
    ['DELETE_COMPLETE'],
  );
});

test('a stack that Heat shows as it was, or not at all, was not deleted by others', async (t) => {
  for (const status of ['CREATE_COMPLETE', undefined]) {
    const { api, taken } = heatWith({ status });
    t.is((await api.update(STACK, {})).result.unobserved, undefined);
    t.deepEqual(taken, []);
  }
});

test('a stack whose deletion the watch asked for was not deleted by others', async (t) => {
  const { api, deletions, taken } = heatWith({ status: 'DELETE_IN_PROGRESS' });
  await api.delete(STACK);
  t.false(deletions.isTaken({ ...STACK, status: 'DELETE_COMPLETE', reason: '' }));
  t.is((await api.update(STACK, {})).result.unobserved, undefined);
  t.deepEqual(taken, []);
});

test('no deletion excuses an answer that did not come', async (t) => {
  const { deletions } = heatWith({ status: 'DELETE_COMPLETE' });
  for (const outcome of ['timeout', '5xx-service', 'connect-refused'] as const) {
    t.is((await deletions.unless(STACK, { ...lost, outcome })).unobserved, undefined);
  }
});

test('if the API does not show that the stack was deleted, the stack counts as lost', async (t) => {
  const { deletions } = heatWith({ status: 'DELETE_COMPLETE', show: 503 });
  t.is((await deletions.unless(STACK, lost)).unobserved, undefined);
});
