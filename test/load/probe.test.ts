import { once } from 'node:events';
import test from 'ava';
import { RunEventSchema } from '../../src/events/event.ts';
import type { EventOf, RunEvent } from '../../src/events/event.ts';
import { systemClock } from '../../src/load/clock.ts';
import { slotsFor, SPARE_MS, startProbe } from '../../src/load/probe.ts';
import type { ProbeOptions } from '../../src/load/probe.ts';
import { httpServer } from './scripted-server.ts';

/** Events as they come, and a way to wait for one. */
class Recorder extends EventTarget {
  readonly events: RunEvent[] = [];

  readonly emit = (event: RunEvent): void => {
    this.events.push(RunEventSchema.parse(event));
    this.dispatchEvent(new Event('event'));
  };

  of<T extends RunEvent['type']>(type: T): EventOf<T>[] {
    return this.events.filter((event): event is EventOf<T> => event.type === type);
  }

  async until(met: () => boolean): Promise<void> {
    while (!met()) {
      await once(this, 'event');
    }
  }
}

function options(recorder: Recorder, origin: string): ProbeOptions {
  return {
    name: 'list',
    connection: 'reused',
    rate: 100,
    origin,
    request: () => ({
      operation: 'GET stacks',
      method: 'GET',
      path: '/v1/stacks',
      headers: {},
      expect: [200],
    }),
    // Longer than any stall of a machine: tests that are not about time-outs have none.
    timeoutMs: 30_000,
    maxInFlight: 100,
    clock: systemClock,
    runStart: systemClock.now(),
    emit: recorder.emit,
  };
}

test('each request is recorded with its name, when it was due and sent, and which server served it', async (t) => {
  await using server = await httpServer((_, response) => {
    response.setHeader('x-rollgate-server', 'node2/heat-api').end();
  });
  const recorder = new Recorder();
  const probe = startProbe({
    ...options(recorder, server.origin),
    serverHeader: 'x-rollgate-server',
    control: true,
  });
  await recorder.until(() => recorder.of('request').length >= 5);
  const count = await probe.stop();
  const requests = recorder.of('request');
  t.is(requests.length, count.sent);
  for (const { id, at, scheduledAt, sentAt, ...rest } of requests) {
    t.regex(id, /^req-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    t.true(scheduledAt <= sentAt && sentAt <= at);
    t.deepEqual(rest, {
      type: 'request',
      probe: 'list',
      operation: 'GET stacks',
      connection: 'reused',
      outcome: 'served',
      status: 200,
      server: 'node2/heat-api',
      control: true,
    });
  }
  const first = requests.at(0)?.scheduledAt ?? Number.NaN;
  for (const { scheduledAt } of requests) {
    const periods = (scheduledAt - first) / 10;
    t.true(Math.abs(periods - Math.round(periods)) < 0.001);
  }
});

test('an arrival that finds no slot is reported', async (t) => {
  await using server = await httpServer(() => undefined);
  const recorder = new Recorder();
  const probe = startProbe({
    ...options(recorder, server.origin),
    maxInFlight: 1,
    timeoutMs: 200,
    offsetMs: 0,
  });
  await recorder.until(() => recorder.of('arrivals-dropped').length >= 3);
  const count = await probe.stop();
  t.is(recorder.of('request').at(0)?.outcome, 'timeout');
  const dropped = recorder.of('arrivals-dropped');
  t.is(dropped.length, count.dropped);
  t.true(dropped.every(({ probe, scheduledAt, at }) => probe === 'list' && at >= scheduledAt));
});

test('the request is made anew each time, so that a renewed token is used', async (t) => {
  const tokens: unknown[] = [];
  await using server = await httpServer((request, response) => {
    tokens.push(request.headers['x-auth-token']);
    response.end();
  });
  const recorder = new Recorder();
  let calls = 0;
  const { request, ...others } = options(recorder, server.origin);
  const probe = startProbe({
    ...others,
    request: () => {
      calls += 1;
      return { ...request(), headers: { 'X-Auth-Token': `token-${calls}` } };
    },
  });
  await recorder.until(() => recorder.of('request').length >= 2);
  await probe.stop();
  t.deepEqual(tokens.slice(0, 2), ['token-1', 'token-2']);
});

test('a stopped probe keeps no connection', async (t) => {
  await using server = await httpServer((_, response) => response.end());
  const recorder = new Recorder();
  // Neither side closes an idle one by itself before a test is over.
  const probe = startProbe({ ...options(recorder, server.origin), idleMs: 600_000 });
  await recorder.until(() => recorder.of('request').length >= 1);
  await probe.stop();
  await server.deserted();
  t.pass();
});

test('an error that ends a probe early is thrown by its stop', async (t) => {
  const recorder = new Recorder();
  const probe = startProbe({
    ...options(recorder, 'http://127.0.0.1:9'),
    request: () => {
      throw new Error('no token');
    },
  });
  await t.throwsAsync(probe.done, { message: 'no token' });
  await t.throwsAsync(probe.stop(), { message: 'no token' });
});

for (const connection of ['new', 'reused'] as const) {
  test(`over ${connection} connections, exactly the requests that the server broke off are lost`, async (t) => {
    // By the number and not by the time: a busy machine may stall for longer than an outage.
    const brokenOff = new Set<string>();
    let out = false;
    await using server = await httpServer((request, response) => {
      if (!out) {
        response.end();
        return;
      }
      brokenOff.add(String(request.headers['x-openstack-request-id']));
      request.socket.resetAndDestroy();
      out = brokenOff.size < 30;
    });
    const recorder = new Recorder();
    const probe = startProbe({ ...options(recorder, server.origin), connection });
    await recorder.until(() => recorder.of('request').length >= 10);
    out = true;
    await recorder.until(() => !out);
    const rest = recorder.of('request').length;
    await recorder.until(() => recorder.of('request').length >= rest + 10);
    await probe.stop();

    const requests = recorder.of('request');
    const lost = requests.filter(({ outcome }) => outcome !== 'served');
    t.deepEqual(lost.map(({ id }) => id).sort(), [...brokenOff].sort());
    t.true(lost.every(({ outcome }) => outcome === 'reset-before-answer'));
  });
}

test('a server that never answers takes no slot from a later arrival', async (t) => {
  await using server = await httpServer(() => undefined);
  const recorder = new Recorder();
  const timeoutMs = 200;
  const maxInFlight = slotsFor(100, timeoutMs);
  const probe = startProbe({ ...options(recorder, server.origin), timeoutMs, maxInFlight });
  await recorder.until(() => recorder.of('request').length >= 40);
  await probe.stop();
  const requests = recorder.of('request');
  t.true(requests.every(({ outcome }) => outcome === 'timeout'));
  // A machine that notices a time-out later than the slots allow for takes some of them.
  const noticedLate = Math.max(...requests.map(({ at, sentAt }) => at - sentAt - timeoutMs));
  if (noticedLate > SPARE_MS) return;
  t.deepEqual(
    recorder.of('arrivals-dropped').filter(({ reason }) => reason === 'no-slot'),
    [],
  );
});

test('an abandoned probe waits for no answer and reports no request that it cut off', async (t) => {
  const asked = Promise.withResolvers<void>();
  await using server = await httpServer(() => asked.resolve());
  const recorder = new Recorder();
  const probe = startProbe({ ...options(recorder, server.origin), timeoutMs: 60_000 });
  await asked.promise;
  const { sent } = await probe.stop({ abandon: true });
  t.true(sent > 0);
  t.deepEqual(recorder.of('request'), []);
  await server.deserted();
});
