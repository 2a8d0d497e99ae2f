import test from 'ava';
import type { ContainerUsage } from '../../../src/containers/port.ts';
import { countMachine } from '../../../src/observe/watches/machine.ts';
import { watchUsage } from '../../../src/observe/watches/usage.ts';
import { observed } from '../observed.ts';

function used(name: string, cpuSeconds: number): ContainerUsage {
  return { name, id: `id of ${name}`, labels: {}, cpuSeconds, memoryBytes: 100 };
}

test('a sample has the usage since the sample before', async (t) => {
  const run = observed();
  const samples = [
    [used('mysql', 10)],
    // One that has just begun has used all of it since.
    [used('mysql', 11), used('node1', 0.5)],
  ];
  let busySeconds = 100;
  const watching = watchUsage({
    ...run,
    nameOf: ({ name }) => name,
    usage: async () => samples.shift() ?? [],
    machine: async () => ({ cores: 2, busySeconds: (busySeconds += 3), runnable: 4 }),
  });
  await run.clock.advance(2000);
  await watching.stop();
  t.deepEqual(run.events, [
    {
      type: 'usage-sampled',
      at: 2000,
      containers: [
        { container: 'mysql', cpu: 0.5, memoryBytes: 100 },
        { container: 'node1', cpu: 0.25, memoryBytes: 100 },
      ],
      machine: { cores: 2, busy: 1.5, runnable: 4 },
    },
  ]);
});

test('the share of the time in which a container waited for a core', async (t) => {
  const run = observed();
  const samples = [
    [{ ...used('mysql', 10), waitedSeconds: 100 }],
    // The kernel counts a little later than the clock: a share is 1 at most.
    [
      { ...used('mysql', 11), waitedSeconds: 101.5 },
      { ...used('node1', 0.5), waitedSeconds: 2.1 },
    ],
  ];
  const watching = watchUsage({
    ...run,
    nameOf: ({ name }) => name,
    usage: async () => samples.shift() ?? [],
    machine: async () => ({ cores: 2, busySeconds: 0, runnable: 0 }),
  });
  await run.clock.advance(2000);
  await watching.stop();
  const [sample] = run.events;
  t.like(sample, { containers: [{ waited: 0.75 }, { waited: 1 }] });
});

test('the usage of the machine is counted', async (t) => {
  const { cores, busySeconds, runnable } = await countMachine();
  t.true(cores >= 1);
  t.true(busySeconds > 0);
  t.true(runnable >= 0);
});
