import test from 'ava';
import type { ContainerEvent } from '../../../src/containers/port.ts';
import { watchContainers } from '../../../src/observe/watches/containers.ts';
import { observed } from '../observed.ts';

const killed: ContainerEvent = {
  name: 'rollgate-x-mysql',
  labels: {},
  time: 5250,
  change: { kind: 'killed', signal: 9 },
};

async function* untilAbort(
  events: readonly ContainerEvent[],
  signal: AbortSignal,
): AsyncIterable<ContainerEvent> {
  yield* events;
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => resolve(), { once: true });
  await promise;
}

test('a container’s event is reported with its time since the start of the run', async (t) => {
  const run = observed();
  const watching = watchContainers({
    ...run,
    epoch: 5000,
    nameOf: () => 'mysql',
    events: (signal) => untilAbort([killed], signal),
  });
  await run.clock.advance(0);
  await watching.stop();
  t.deepEqual(run.events, [
    { type: 'container-changed', at: 250, container: 'mysql', change: 'killed', signal: 9 },
  ]);
});

test('a broken connection to the engine is restored, and the possible gap is reported', async (t) => {
  const run = observed();
  let times = 0;
  const watching = watchContainers({
    ...run,
    epoch: 5000,
    nameOf: () => 'mysql',
    events: (signal) => untilAbort((times += 1) === 1 ? broken() : [killed], signal),
  });
  await run.clock.advance(1500);
  await watching.stop();
  t.deepEqual(
    run.events.map(({ type, at }) => [type, at]),
    [
      ['watch-gap', 1000],
      ['container-changed', 250],
    ],
  );
});

function broken(): never {
  throw new Error('socket hang up');
}
