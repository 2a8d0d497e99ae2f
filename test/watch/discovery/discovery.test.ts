import test from 'ava';
import { waitFor } from '../../../src/containers/wait.ts';
import type { RunEvent } from '../../../src/events/event.ts';
import { systemClock } from '../../../src/load/clock.ts';
import { heat } from '../../../src/subject/heat/index.ts';
import { readDiscovered } from '../../../src/verdict/reading/discovered.ts';
import { Discovery } from '../../../src/watch/discovery/discovery.ts';
import type { ServiceAddress } from '../../../src/watch/discovery/places.ts';
import { WatchedCloud } from '../watched-cloud.ts';

const ALWAYS = new AbortController().signal;

/** Asks the addresses, and what the events say. */
function discover(places: readonly ServiceAddress[]) {
  const [watched] = places;
  const endpoint = watched?.origin ?? '';
  const events: RunEvent[] = [];
  const discovery = new Discovery({
    places,
    questions: heat.cloud?.questions('p') ?? [],
    access: { token: { id: 'token', projectId: 'p' }, renew: async () => 'token', tls: undefined },
    watched: { endpoint },
    subject: heat,
    emit: (event) => events.push(event),
    runStart: systemClock.now(),
    rate: 50,
  });
  const read = () => readDiscovered(events, { endpoint });
  const until = (what: string, isSo: () => boolean) =>
    waitFor({ what, limitSeconds: 30, everyMs: 20 }, async () =>
      isSo() ? { value: true } : { notYet: JSON.stringify(read().services) },
    );
  return { discovery, events, read, until };
}

function at(origin: string, service = 'orchestration'): ServiceAddress {
  return { service, origin, path: '', interfaces: ['public'], region: undefined };
}

test('the release of Heat is named by what its engines have removed, before and after the upgrade', async (t) => {
  await using cloud = await WatchedCloud.start();
  const { discovery, read, until } = discover([at(cloud.origin), at(cloud.origin, 'identity')]);
  await discovery.begin(ALWAYS);
  t.true(discovery.lines.includes('heat: release 23 (2024.2) or 24 (2025.1), by its own answers'));
  cloud.engines = [24, 26];
  await until('two releases', () => (read().mixed ?? []).length > 0);
  cloud.engines = [26];
  await discovery.end(ALWAYS);
  await discovery.close();
  const { releases, mixed = [] } = read();
  t.deepEqual(releases, {
    first: { among: ['23 (2024.2)', '24 (2025.1)'], mixed: false },
    last: { among: ['25 (2025.2)', '26 (2026.1)'], mixed: false },
  });
  t.like(mixed[0], {
    service: 'orchestration',
    fact: 'OS::Monasca::Notification',
    values: ['offered', 'removed'],
  });
});

test('engines of two releases from the beginning are not named as one between them', async (t) => {
  await using cloud = await WatchedCloud.start();
  cloud.engines = [22, 27];
  const { discovery, read } = discover([at(cloud.origin)]);
  await discovery.begin(ALWAYS);
  await discovery.close();
  t.true(read().releases?.first?.mixed);
  t.true(discovery.lines.includes('heat: release more than one, by its own answers'));
});

test('what a user may not ask is not observed, and is not asked again', async (t) => {
  await using cloud = await WatchedCloud.start();
  const { discovery, read } = discover([at(cloud.origin)]);
  await discovery.begin(ALWAYS);
  await discovery.end(ALWAYS);
  await discovery.close();
  t.is(cloud.asked.filter((one) => one.includes('/services')).length, 1);
  const facts = read().services?.[0]?.facts ?? [];
  const of = (name: string) => facts.find(({ fact }) => fact === name);
  t.like(of('engines'), { values: [], why: 'answered 403' });
  t.like(of('build of the engine'), { values: [], why: 'heat_revision is not set' });
  t.is(of('build of the API')?.values[0]?.value, 'abc1');
  t.is(of('Server')?.values[0]?.value, 'uwsgi');
});

test('the answers of a proxy in front of a broken service show nothing of the service', async (t) => {
  await using cloud = await WatchedCloud.start();
  const { discovery, events, read } = discover([at(cloud.origin)]);
  await discovery.begin(ALWAYS);
  cloud.isDown = true;
  const before = events.length;
  await discovery.end(ALWAYS);
  await discovery.close();
  t.true(events.slice(before).every(({ type }) => type !== 'answer-seen'));
  t.is(read().releases?.last, null);
});

test('an address that does not answer is named with the reason, and is not asked again', async (t) => {
  await using cloud = await WatchedCloud.start();
  const { discovery, read } = discover([at(cloud.origin), at('http://127.0.0.1:9')]);
  await discovery.begin(ALWAYS);
  await discovery.close();
  t.deepEqual(
    read().services?.map(({ silent }) => silent),
    [null, 'connect-refused'],
  );
});

test('a token of an https address is not sent to one without encryption', async (t) => {
  await using cloud = await WatchedCloud.start();
  const { discovery } = discover([at('https://127.0.0.1:9'), at(cloud.origin)]);
  await discovery.begin(ALWAYS);
  await discovery.close();
  t.deepEqual(cloud.asked, []);
});
