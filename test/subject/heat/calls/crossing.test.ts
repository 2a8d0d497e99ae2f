import test from 'ava';
import type { RunEvent } from '../../../../src/events/event.ts';
import { SERVER_HEADER } from '../../../../src/infra/haproxy.ts';
import type { HttpClient } from '../../../../src/load/http/http-client.ts';
import type { HttpResult, RequestSpec } from '../../../../src/load/http/request.ts';
import type { Meeting } from '../../../../src/scenario/topology/meeting.ts';
import {
  counts,
  lists,
  refusedWith,
  shows,
  stringAt,
  type HeatCall,
} from '../../../../src/subject/heat/calls/call.ts';
import { callsSince, heatCalls, NOT_CALLED } from '../../../../src/subject/heat/calls/catalogue.ts';
import { CrossingCalls } from '../../../../src/subject/heat/calls/crossing.ts';
import { compared, MASKED, WholeAnswers } from '../../../../src/subject/heat/calls/whole-answer.ts';

const NEW_ASKS_OLD: Meeting = { sender: 'api', from: 'target', to: 'base' };
const OLD_ASKS_NEW: Meeting = { sender: 'api', from: 'base', to: 'target' };

const LIST: HeatCall = {
  operation: 'GET list',
  rpc: ['list_stacks'],
  method: 'GET',
  path: '/p/stacks',
  expect: [200],
};
const MAKE: HeatCall = {
  operation: 'POST config',
  rpc: ['create_software_config'],
  method: 'POST',
  path: '/p/software_configs',
  expect: [200],
  made: stringAt('id'),
  next: (id) => ({
    operation: 'DELETE config',
    rpc: ['delete_software_config'],
    method: 'DELETE',
    path: `/p/software_configs/${id}`,
    expect: [204],
  }),
};

/**
 * A lab whose API and engine for the next call are taken from a list, over and over.
 *
 * @param tookMs How long each answer takes, in the order of the calls. Default: 0.
 */
function crossing(
  calls: readonly HeatCall[],
  takers: readonly (readonly [string, string])[],
  tookMs: readonly number[] = [],
) {
  const sent: string[] = [];
  const asked: (string | undefined)[] = [];
  const tokens: (string | undefined)[] = [];
  const events: RunEvent[] = [];
  const operations = new Map<string, string>();
  let now = 0;
  const client: HttpClient = {
    send(spec: RequestSpec): Promise<HttpResult> {
      const [api = '', engine = ''] = takers[sent.length % takers.length] ?? [];
      sent.push(`${spec.method} ${spec.path}`);
      asked.push(spec.headers?.[SERVER_HEADER]);
      tokens.push(spec.headers?.['x-auth-token']);
      now += 1;
      const place = (name: string) => {
        const [node = '', service = ''] = name.split('/');
        return { node, service, version: '1' };
      };
      const operation = operations.get(spec.id ?? '');
      under.observed({
        type: 'rpc-observed',
        at: now,
        topic: 'engine',
        method: 'any',
        kind: 'call',
        from: place(api),
        to: place(engine),
        count: 1,
        ...(operation === undefined ? {} : { operation }),
      });
      return Promise.resolve({
        id: spec.id ?? 'req-none',
        operation: spec.operation,
        connection: 'reused',
        outcome: 'served',
        headers: {},
        body: '{"id": "c1"}',
        server: api,
        sentAt: now,
        doneAt: now + (tookMs[sent.length - 1] ?? 0),
      });
    },
    close: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const under: CrossingCalls = new CrossingCalls({
    calls,
    client,
    apis: ['node1/heat-api', 'node2/heat-api'],
    token: 't',
    tokens: { reader: 'r', guest: 'g', admin: 'a' },
    emit: (event) => events.push(event),
    record: () => undefined,
    expect: (request, operation) => operations.set(request, operation),
    pause: () => Promise.resolve(),
    now: () => now,
  });
  return { crossing: under, sent, asked, tokens, events };
}

const FOREVER = new AbortController().signal;

test('at the target a call that answers a second later than at the base is sent again, until it does not', async (t) => {
  const taker = ['node1/heat-api', 'node1/heat-engine'] as const;
  const sentAtTarget = async (tookMs: readonly number[]): Promise<number> => {
    const { crossing: under, sent } = crossing([LIST], [taker], tookMs);
    await under.once(FOREVER);
    await under.atTarget(FOREVER);
    return sent.length - 1;
  };
  t.is(await sentAtTarget([300, 1299]), 1);
  t.is(await sentAtTarget([300, 1300]), 2);
  t.is(await sentAtTarget([300, 1300, 1300]), 3);
  t.is(await sentAtTarget([300, 1300, 1300, 1300, 1300, 1300]), 4);
});

test('where releases are kept apart a call that the target answered is not sent again, unless it came late', async (t) => {
  const old = ['node2/heat-api', 'node2/heat-engine'] as const;
  const young = ['node1/heat-api', 'node1/heat-engine'] as const;
  const view: HeatCall = { ...LIST, operation: 'GET view', path: '/p/view' };
  const sentAtTarget = async (meetings: readonly Meeting[], tookMs: readonly number[]) => {
    const { crossing: under, sent } = crossing(
      [LIST, view, MAKE],
      [old, old, old, old, young, old, young, old, young],
      tookMs,
    );
    await under.once(FOREVER);
    under.swapped('node1/heat-engine');
    under.swapped('node1/heat-api');
    const before = new AbortController();
    const crossed = under.cross(meetings, before.signal);
    for (let turns = 0; turns < 50; turns += 1) await Promise.resolve();
    before.abort();
    await crossed;
    under.swapped('node2/heat-api');
    const first = sent.length;
    await under.atTarget(FOREVER);
    return sent.slice(first).map((request) => request.replace('/v1/p/', ''));
  };
  const make = ['POST software_configs', 'DELETE software_configs/c1'];
  t.deepEqual(await sentAtTarget([], []), ['GET view', ...make]);
  const late = [0, 0, 0, 0, 1000, 0, 0, 0];
  t.deepEqual(await sentAtTarget([], late), ['GET stacks', 'GET view', ...make]);
  t.deepEqual(await sentAtTarget([NEW_ASKS_OLD], []), ['GET stacks', 'GET view', ...make]);
});

test('a call asks for an API of the side that is still missing; otherwise any may take it', async (t) => {
  const old = ['node2/heat-api', 'node1/heat-engine'] as const;
  const young = ['node1/heat-api', 'node2/heat-engine'] as const;
  const { crossing: under, asked } = crossing([MAKE], [young, young, old, old]);
  under.swapped('node1/heat-engine');
  under.swapped('node1/heat-api');
  await under.cross([NEW_ASKS_OLD, OLD_ASKS_NEW], FOREVER);
  t.deepEqual(asked, ['node1/heat-api', 'node1/heat-api', 'node2/heat-api', 'node2/heat-api']);
  await under.once(FOREVER);
  t.deepEqual(asked.slice(4), [undefined, undefined]);
});

test('a call is sent until an API of each release had it answered by an engine of the other', async (t) => {
  const {
    crossing: under,
    sent,
    events,
  } = crossing(
    [LIST],
    [
      ['node1/heat-api', 'node1/heat-engine'],
      ['node2/heat-api', 'node2/heat-engine'],
      ['node1/heat-api', 'node2/heat-engine'],
      ['node2/heat-api', 'node1/heat-engine'],
    ],
  );
  under.swapped('node1/heat-engine');
  under.swapped('node1/heat-api');
  await under.cross([NEW_ASKS_OLD, OLD_ASKS_NEW], FOREVER);
  t.is(sent.length, 4);
  t.like(events[0], { type: 'crossing-wanted', operations: ['GET list'] });
});

test('the object of a call is removed each time, and both operations have to cross', async (t) => {
  const { crossing: under, sent } = crossing(
    [MAKE],
    [
      ['node1/heat-api', 'node2/heat-engine'],
      ['node1/heat-api', 'node1/heat-engine'],
      ['node1/heat-api', 'node1/heat-engine'],
      ['node1/heat-api', 'node2/heat-engine'],
    ],
  );
  under.swapped('node1/heat-engine');
  under.swapped('node1/heat-api');
  await under.cross([NEW_ASKS_OLD], FOREVER);
  t.deepEqual(sent, [
    'POST /v1/p/software_configs',
    'DELETE /v1/p/software_configs/c1',
    'POST /v1/p/software_configs',
    'DELETE /v1/p/software_configs/c1',
  ]);
});

test('calls that cannot cross end with the signal', async (t) => {
  const over = new AbortController();
  const { crossing: under, sent } = crossing([LIST], [['node2/heat-api', 'node2/heat-engine']]);
  const ended = under.cross([NEW_ASKS_OLD], over.signal);
  for (let turns = 0; turns < 50; turns += 1) await Promise.resolve();
  over.abort();
  await ended;
  t.true(sent.length > 1);
});

test('where no API meets an engine of the other release each call is sent once', async (t) => {
  const { crossing: under, sent, events } = crossing([LIST, MAKE], [['node1/heat-api', 'x/y']]);
  await under.cross([{ sender: 'engine', from: 'base', to: 'target' }], FOREVER);
  t.is(sent.length, 3);
  t.deepEqual(events, []);
});

test('a view whose method another call crosses with is sent once, and not waited for', async (t) => {
  const view: HeatCall = { ...LIST, operation: 'GET list by tag', path: '/p/view', once: true };
  const {
    crossing: under,
    sent,
    events,
  } = crossing(
    [LIST, view],
    [
      ['node1/heat-api', 'node2/heat-engine'],
      ['node2/heat-api', 'node1/heat-engine'],
    ],
  );
  under.swapped('node1/heat-api');
  under.swapped('node1/heat-engine');
  await under.cross([NEW_ASKS_OLD, OLD_ASKS_NEW], FOREVER);
  t.is(sent.filter((request) => request === 'GET /v1/p/view').length, 1);
  t.like(
    events.find(({ type }) => type === 'crossing-wanted'),
    { operations: ['GET list'] },
  );
});

function callsOfOneStack(): readonly HeatCall[] {
  const stack = { name: 'n', id: 'i', random: 'r' };
  const all = { stack, second: stack, hidden: stack, gone: stack };
  return heatCalls({ ...all, project: 'p', otherProject: 'o', adminProject: 'a' });
}

test('what a user’s role forbids is asked for with that user’s token, and stays forbidden', async (t) => {
  const calls = callsOfOneStack();
  const byRole = calls.filter(({ user, expect }) => user !== undefined && expect.includes(403));
  const { crossing: under, tokens } = crossing(byRole, [['node1/heat-api', 'node1/heat-engine']]);
  await under.once(FOREVER);
  t.deepEqual(new Set(tokens), new Set(['r', 'g']));
  const answer = (code: number): string => JSON.stringify({ code, error: { type: 'x' } });
  const [forbidden, allowed] = byRole.map(({ check }) => check);
  t.is(forbidden?.(answer(403)), undefined);
  t.is(forbidden?.(answer(403)), undefined);
  t.is(forbidden?.(answer(404)), 'it was forbidden at first (403), and is 404 now');
  t.is(allowed?.(answer(404)), undefined, 'the base allowed it');
  t.is(allowed?.(answer(403)), undefined);
});

test('a colleague sees the stack, and an administrator the engines, each with its own token', async (t) => {
  const allowed = callsOfOneStack().filter(
    ({ user, expect }) => user !== undefined && !expect.includes(403),
  );
  const {
    crossing: under,
    sent,
    tokens,
  } = crossing(allowed, [['node1/heat-api', 'node1/heat-engine']]);
  await under.once(FOREVER);
  const of = (token: string) => sent.filter((_, index) => tokens[index] === token);
  t.true(of('r').includes('GET /v1/p/stacks/n/i'));
  t.deepEqual(of('a'), ['GET /v1/a/services']);
});

test('a function that a format of templates has lost is found, and a new one is none', (t) => {
  const functions = callsOfOneStack().filter(({ operation }) =>
    operation.startsWith('GET functions of'),
  );
  t.true(functions.length >= 12);
  const [call] = functions;
  const answers = new WholeAnswers(MASKED);
  const check = call && compared(call, answers).check;
  const body = (...names: readonly string[]): string =>
    JSON.stringify({
      template_functions: names.map((one) => ({ functions: one, description: one })),
    });
  t.is(check?.(body('get_param', 'yaql')), undefined);
  t.is(check?.(body('get_param', 'yaql', 'new')), undefined);
  t.regex(check?.(body('get_param')) ?? '', /yaql is gone/);
});

test('calls that an old version answers otherwise are left out of its runs, and named', (t) => {
  const all = callsOfOneStack();
  t.deepEqual(callsSince(all, ['24.0.0', '26.0.1+d1']).leftOut, []);
  t.deepEqual(callsSince(all, []).leftOut, []);
  const { sent, leftOut } = callsSince(all, ['19.0.0', '24.0.0']);
  t.true(leftOut.includes('POST software_configs as reader'));
  t.true(leftOut.includes('POST stacks, circle: 400'));
  t.false(leftOut.includes('GET environment with a secret'));
  t.true(callsSince(all, ['15.0.0', '19.0.0']).leftOut.includes('GET environment with a secret'));
  t.is(sent.length + leftOut.length, all.length);
  t.false(sent.some(({ user, expect }) => user !== undefined && expect.includes(403)));
});

test('a refusal is an answer: its status and the type of its error have to be the ones that are due', (t) => {
  const check = refusedWith(404, 'EntityNotFound');
  const body = (code: number, type: string): string => JSON.stringify({ code, error: { type } });
  t.is(check(body(404, 'EntityNotFound')), undefined);
  t.regex(check(body(500, 'EntityNotFound')) ?? '', /it is not the error 404 EntityNotFound/);
  t.regex(check(body(404, 'NotFound')) ?? '', /it is not the error 404 EntityNotFound/);
  t.truthy(check('<html>'));
});

test('the catalogue names each operation once, and no method that it says it does not call', (t) => {
  const calls = heatCalls({
    stack: { id: 'i', name: 'n', random: 'r' },
    second: { id: 'j', name: 'n-second' },
    hidden: { id: 'k', name: 'n-hidden' },
    gone: { id: 'l', name: 'n-gone' },
    project: 'p',
    otherProject: 'o',
    adminProject: 'a',
  });
  const all: HeatCall[] = [];
  const walk = (call: HeatCall): void => {
    all.push(call);
    if (call.next !== undefined) walk(call.next('id'));
  };
  for (const call of calls) walk(call);
  const operations = all.map(({ operation }) => operation);
  t.is(new Set(operations).size, operations.length);
  const called = new Set(all.flatMap(({ rpc }) => rpc));
  t.deepEqual(
    Object.keys(NOT_CALLED).filter((method) => called.has(method)),
    [],
  );
  for (const status of [400, 403, 404, 409]) {
    t.true(
      all.some(({ expect }) => expect.includes(status)),
      `a refusal with ${status}`,
    );
  }
});

test('an object shows what was asked for, and may show more', (t) => {
  const check = shows('config', { name: 'a', values: { x: 1 } });
  const body = (config: object): string => JSON.stringify({ config });
  t.is(check(body({ name: 'a', values: { x: 1 }, id: 'i' })), undefined);
  t.is(check(body({ name: 'b', values: { x: 1 } })), 'config.name is "b", due is "a"');
  t.is(check(body({ name: 'a' })), 'config.values is undefined, due is {"x":1}');
  t.truthy(check('{}'));
});

test('a list has as many stacks as it counts, and as many as are due', (t) => {
  const stacks = [{ id: 'a' }];
  t.is(counts(1)(JSON.stringify({ stacks, count: 1 })), undefined);
  t.truthy(counts(1)(JSON.stringify({ stacks, count: 2 })));
  t.truthy(counts(0)(JSON.stringify({ stacks })));
  t.truthy(counts()(JSON.stringify({ stacks, count: 2 })));
  t.is(counts()(JSON.stringify({ stacks })), undefined);
});

test('a list has the objects that are due, in the order that is due', (t) => {
  const body = JSON.stringify({ stacks: [{ name: 'b' }, { name: 'a' }] });
  t.is(lists('stacks', 'name', ['b', 'a'])(body), undefined);
  t.is(
    lists('stacks', 'name', ['a', 'b'])(body),
    'stacks are ["b","a"], due are ["a","b"] (ordered)',
  );
  t.is(lists('stacks', 'name', ['a', 'b'], 'any order')(body), undefined);
  t.truthy(lists('stacks', 'name', ['a'], 'any order')(body));
  t.is(lists('stacks', 'name', ['a'], 'among others')(body), undefined);
  t.truthy(lists('stacks', 'name', ['c'], 'among others')(body));
  t.truthy(lists('stacks', 'name', [])('{}'));
});
