import { once } from 'node:events';
import test from 'ava';
import { getContainerRuntimeClient } from 'testcontainers';
import type { ContainerSpec, Readiness } from '../../src/containers/port.ts';
import { checkTestcontainersRuntime } from '../../src/containers/start/testcontainers-runtime.ts';
import { RollgateError } from '../../src/errors.ts';
import { LAB, networkName } from '../../src/lab/labels.ts';
import { docker, engine, labName, nothingLeft, removeLabs } from './command.ts';

test.after.always(removeLabs);

/** A container that runs and never becomes ready, in its own network. */
async function neverReady(name: string, ready: Readiness): Promise<ContainerSpec> {
  const labels = { [LAB]: name };
  await engine.createNetwork({ name: networkName(name), labels });
  return {
    name: `rollgate-${name}-silent`,
    image: 'rollgate/base:trixie',
    hostname: 'silent',
    network: networkName(name),
    aliases: [],
    labels,
    command: ['sleep', '60'],
    files: [],
    ports: [80],
    ready,
    readySeconds: 2,
  };
}

const CASES: readonly (readonly [string, Readiness, RegExp])[] = [
  [
    'an answer',
    { kind: 'http', port: 80, path: '/health' },
    /within 2 s: waited 2 s for an answer at http:\/\/127\.0\.0\.1:\d+\/health; last seen: .*(ECONN|other side closed)/,
  ],
  ['a line of its log', { kind: 'log', pattern: /I am up/ }, /within 2 s: .*I am up/],
];

for (const [index, [what, ready, message]] of CASES.entries()) {
  test(`a running container without ${what} fails with the time limit, and not with an invented exit`, async (t) => {
    const name = labName(`silent${index}`);
    const spec = await neverReady(name, ready);
    const error = await t.throwsAsync(engine.start(spec), {
      instanceOf: RollgateError,
      code: 'not-ready',
    });
    t.regex(error?.message ?? '', message);
    t.notRegex(error?.message ?? '', /exited/);
    await engine.sweep({ [LAB]: name });
    await nothingLeft(t, name);
  });
}

test('published ports are asked for on loopback, inside a container or not', async (t) => {
  await checkTestcontainersRuntime(docker);
  const { info } = await getContainerRuntimeClient();
  t.is(info.containerRuntime.host, '127.0.0.1');
});

test('a container waits until another network of the same name is gone again', async (t) => {
  const name = labName('twin');
  const spec = await neverReady(name, { kind: 'none' });
  // As if two commands wanted the name at the same time: the engine's own check misses some.
  const twin = await docker.createNetwork({
    Name: spec.network,
    CheckDuplicate: false,
    Labels: { ...spec.labels },
  });
  const watching = new AbortController();
  const removals = await docker.getEvents({
    filters: { event: ['destroy'], label: [`${LAB}=${name}`] },
    abortSignal: watching.signal,
  });
  removals.on('error', () => undefined);
  const removed = once(removals, 'data');
  const starting = engine.start({ ...spec, ports: [] });
  starting.catch(() => undefined);
  // The engine cannot tell which of the two networks is meant: the half-made container is removed.
  await removed;
  watching.abort();
  await twin.remove();
  await starting;
  t.true((await engine.state(spec.name))?.running);
  await engine.sweep({ [LAB]: name });
  await nothingLeft(t, name);
});
