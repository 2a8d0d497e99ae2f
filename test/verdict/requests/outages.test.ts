import test from 'ava';
import type { EventOf } from '../../../src/events/event.ts';
import { judge } from '../../../src/verdict/judge.ts';
import type { Cause } from '../../../src/verdict/schema/verdict.ts';
import { Story } from '../stream.ts';

type Change = EventOf<'container-changed'>;

const changed = (
  seconds: number,
  container: string,
  change: Change['change'],
  exitCode?: number,
): Change => ({
  type: 'container-changed',
  at: seconds * 1000,
  container,
  change,
  ...(exitCode === undefined ? {} : { exitCode }),
});

/** Ten calm seconds in which a list takes a tenth of a second, then a step that does something. */
function story(): Story {
  const calm = new Story({ baseline: ['1.1 hold calm'], faults: ['2.1 fault something'] });
  calm.at(0).step('1.1').at(1).requests(20).at(10).done('1.1', 10).step('2.1');
  return calm;
}

const causesOf = (run: Story): readonly Cause[] => judge(run.events).causes;

test('a frozen database is named with the requests that it delayed, although nothing was lost', (t) => {
  const run = story()
    .add(changed(11, 'mysql', 'paused'))
    .add(changed(13, 'mysql', 'resumed'));
  run.at(13.1).request('served', {}, 2).at(14).request('served', {}, 0.1);
  const [cause, ...others] = causesOf(run.at(20).done('2.1', 10).finished());
  t.deepEqual(others, []);
  t.like(cause, {
    kind: 'infrastructure-frozen',
    harm: 'slowed',
    service: 'mysql',
    node: null,
    step: '2.1',
    count: 1,
    title: 'mysql was frozen for 2.0 s; 1 request held up, for 2.0 s at most',
  });
});

test('a broker that was stopped is the cause of all that was lost until it was found again', (t) => {
  const run = story()
    .add(changed(11, 'rabbitmq', 'exited', 0))
    .add(changed(16, 'rabbitmq', 'started'));
  run.at(12).request('5xx-service', { status: 500 }).at(72).request('timeout', {}, 58);
  run.at(73).request();
  const causes = causesOf(run.at(80).finished());
  t.is(causes.length, 1);
  t.like(causes[0], {
    kind: 'infrastructure-stopped',
    harm: 'requests-lost',
    count: 2,
    service: 'rabbitmq',
  });
  t.regex(causes[0]?.evidence.join(' ') ?? '', /1 × 500 5xx-service, 1 × timeout/);
  const { api } = judge(run.events);
  t.true(api.lost.every(({ causeId, step }) => causeId === causes[0]?.id && step === '2.1'));
});

test('connections that a database refuses while it shuts down count with its stop', (t) => {
  const run = story()
    .add({ ...changed(10.8, 'mysql', 'killed'), signal: 15 })
    .add(changed(11, 'mysql', 'exited', 0))
    .add(changed(12, 'mysql', 'started'));
  run.at(10.9).request('5xx-service', { status: 500 }, 0.05).at(30).request();
  const causes = causesOf(run.at(40).finished());
  t.deepEqual(
    causes.map(({ kind, count }) => [kind, count]),
    [['infrastructure-stopped', 1]],
  );
});

test('a frozen engine is named with its node and version, and whether it was intended', (t) => {
  const run = story()
    .add(changed(11, 'node1/heat-engine', 'paused'))
    .add(changed(16, 'node1/heat-engine', 'resumed'));
  run.at(16.2).request('served', {}, 4).at(20).finished();
  const [cause] = causesOf(run);
  t.like(cause, {
    kind: 'service-frozen',
    node: 'node1',
    service: 'heat-engine',
    version: '24.0.0',
  });
  t.regex(cause?.evidence.join(' ') ?? '', /It was not requested/);
  const fault = { step: '2.1', fault: 'pause', on: 'node1/heat-engine' };
  run.add({ type: 'fault-began', at: 11_000, ...fault });
  run.add({ type: 'fault-ended', at: 16_000, ...fault });
  t.regex(causesOf(run)[0]?.evidence.join(' ') ?? '', /The scenario did it/);
});

test('a service that was asked to stop is not a separate outage', (t) => {
  const run = story().at(11).stopping('node1/heat-api').at(12).stopped('node1/heat-api');
  run.add(changed(12.1, 'node1/heat-api', 'exited', 0));
  t.deepEqual(causesOf(run.at(20).finished()), []);
});

test('a container that is meant to end is not an outage', (t) => {
  const run = story()
    .add(changed(11, 'db-sync', 'exited', 0))
    .at(20)
    .finished();
  t.deepEqual(causesOf(run), []);
});

test('a service that died by itself is an outage, with its exit status', (t) => {
  const run = story().add(changed(11, 'node1/heat-api', 'exited', 137));
  run.at(12).request('5xx-balancer', { status: 503, server: undefined }).at(20).finished();
  const [cause] = causesOf(run);
  t.like(cause, { kind: 'service-stopped', node: 'node1', service: 'heat-api', count: 1 });
  t.regex(cause?.evidence.join(' ') ?? '', /exit status 137/);
});

test('a request that ended before is not blamed on an outage', (t) => {
  const run = story().at(10.5).request('5xx-service', { status: 500 });
  run.add(changed(11, 'mysql', 'paused')).add(changed(13, 'mysql', 'resumed'));
  const kinds = causesOf(run.at(20).finished()).map(({ kind, count }) => [kind, count]);
  t.deepEqual(kinds, [
    ['requests-lost', 1],
    ['infrastructure-frozen', 0],
  ]);
});

const cut = (packets: number): Story => {
  const run = story();
  const fault = { step: '2.1', fault: 'cut', on: 'node1/heat-engine' };
  run.add({ type: 'fault-began', at: 11_000, ...fault });
  run.at(12).request('5xx-service', { status: 500 });
  const effect = { packets, text: `${packets} packets were dropped` };
  run.add({ type: 'fault-ended', at: 14_000, ...fault, effect });
  return run.at(15).request().at(20).done('2.1', 10).finished();
};

test('a service that was cut off is named by the packets that the kernel dropped', (t) => {
  const [cause] = causesOf(cut(7));
  t.like(cause, { kind: 'service-cut-off', count: 1, node: 'node1', service: 'heat-engine' });
  t.deepEqual(cause?.evidence.slice(0, 3), [
    "node1/heat-engine was cut off from 11.0 s to 14.0 s: by the kernel's counters, 7 packets were dropped.",
    'The scenario did it.',
    'No accepted operation was under way.',
  ]);
});

test('a cut that dropped nothing explains nothing', (t) => {
  t.notRegex(
    causesOf(cut(0))
      .map(({ kind }) => kind)
      .join(),
    /cut-off/,
  );
});

test('of two outages that a request ran into, the later one is its cause', (t) => {
  const run = story()
    .add(changed(11, 'mysql', 'exited', 0))
    .add(changed(12, 'mysql', 'started'))
    .add(changed(14, 'rabbitmq', 'exited', 0))
    .add(changed(16, 'rabbitmq', 'started'));
  run.at(15).request('5xx-service', { status: 500 }, 0.1).at(40).request();
  const lost = causesOf(run.at(80).finished()).filter(({ harm }) => harm === 'requests-lost');
  t.deepEqual(
    lost.map(({ service }) => service),
    ['rabbitmq'],
  );
});

test('a request that failed while clients reconnected to the broker belongs to the outage, a later one does not', (t) => {
  const lostAt = (seconds: number): string | undefined => {
    const run = story()
      .add(changed(11, 'rabbitmq', 'exited', 0))
      .add(changed(16, 'rabbitmq', 'started'));
    run.at(seconds).request('5xx-service', { status: 500 }, 0.1).at(60).request();
    return causesOf(run.at(80).finished()).find(({ harm }) => harm === 'requests-lost')?.kind;
  };
  t.is(lostAt(30), 'infrastructure-stopped');
  t.is(lostAt(32), 'requests-lost');
});

test('a fault on another service does not make an outage intended', (t) => {
  const evidence = (on: string): string => {
    const run = story().at(10.5).fault('began', 'kill', on).at(14).fault('ended', 'kill', on);
    run.add(changed(11, 'mysql', 'exited', 137)).add(changed(13, 'mysql', 'started'));
    const cause = causesOf(run.at(80).finished()).find(({ service }) => service === 'mysql');
    return cause?.evidence.join(' ') ?? '';
  };
  t.regex(evidence('mysql'), /The scenario did it/);
  t.regex(evidence('rabbitmq'), /It was not requested/);
});

test('a memcached without its address is the cause of the requests that waited for it', (t) => {
  const fault = { step: '2.1', fault: 'unplug', on: 'memcached' };
  const run = story()
    .add({ type: 'fault-began', at: 11_000, ...fault })
    .add({
      type: 'fault-ended',
      at: 31_000,
      ...fault,
      effect: { text: 'its address 172.18.0.9 and its name were gone' },
    });
  run.at(14).request('served', {}, 3).at(60).request('timeout', {}, 30);
  const [cause, ...others] = causesOf(run.at(70).done('2.1', 59).finished());
  t.deepEqual(others, []);
  t.like(cause, { kind: 'infrastructure-unplugged', service: 'memcached', count: 1 });
  t.regex(cause?.evidence[0] ?? '', /^memcached was unplugged .*: its address 172\.18\.0\.9 and/);
});

test('a service that crashes was not stopped: the cause says that it exited by itself, with its status', (t) => {
  const crashed = (exitCode: number, signal?: number): string | undefined => {
    const run = story();
    if (signal !== undefined) run.add({ ...changed(10.9, 'rabbitmq', 'killed'), signal });
    run.add(changed(11, 'rabbitmq', 'exited', exitCode));
    run
      .add(changed(13, 'rabbitmq', 'started'))
      .at(12)
      .request('5xx-service', { status: 500 });
    const { causes, api } = judge(run.at(40).finished().events);
    t.is(api.lost[0]?.causeId, causes[0]?.id);
    return causes[0]?.title;
  };
  t.is(crashed(3), 'rabbitmq exited by itself (status 3) and was away for 2.0 s; 1 request lost');
  for (const title of [crashed(143), crashed(0), crashed(3, 15)]) {
    t.regex(title ?? '', /^rabbitmq was stopped for 2\.\d s/);
  }
});
