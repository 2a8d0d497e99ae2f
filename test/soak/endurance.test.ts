import { statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { Lab, type RollingLab } from '../../src/index.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** `ROLLGATE_MINUTES=15 npx ava --config ava.soak.config.js test/soak/endurance.test.ts`. */
const MINUTES = Number(process.env['ROLLGATE_MINUTES'] ?? 60);
const MIB = 2 ** 20;

/** 50 requests a second: most are cheap, so that two cores also carry Heat's own work. */
const PROBES = [
  { probe: 'version', connection: 'new', rate: 22 },
  { probe: 'version', connection: 'reused', rate: 22 },
  { probe: 'list', connection: 'new', rate: 1 },
  { probe: 'list', connection: 'reused', rate: 1 },
  { probe: 'show', connection: 'new', rate: 2 },
  { probe: 'show', connection: 'reused', rate: 2 },
] as const;
const RATE = PROBES.reduce((sum, { rate }) => sum + rate, 0);

/** Once around the lab: each API out of rotation, swapped, and back; then each engine. */
async function around(lab: RollingLab, to: 'base' | 'target'): Promise<void> {
  for (const node of ['node1', 'node2']) {
    const api = lab.service(`${node}/heat-api`);
    await api.drain();
    await api.swap({ to });
    await api.undrain();
    await lab.service(`${node}/heat-engine`).swap({ to });
  }
}

test(`${MINUTES} minutes at ${RATE} requests/s, with services swapped to and fro`, async (t) => {
  t.timeout((MINUTES + 15) * 60_000);
  const directory = join(temporaryFolder(), 'run');
  await using lab = await Lab.start({ series: '2026.1', topology: '2x2' });
  const rows: { readonly minute: number; readonly heap: number; readonly events: number }[] = [];
  let turns = 0;
  const run = await lab.upgrade({
    to: '2026.2',
    directory,
    load: { probes: PROBES, workload: { rate: 0.1 }, calls: false, stuckAfterSeconds: 60 },
    roll: async (rolling) => {
      const began = performance.now();
      const minutes = (): number => (performance.now() - began) / 60_000;
      await rolling.dbSync();
      while (minutes() < MINUTES) {
        await around(rolling, 'target');
        if (minutes() < MINUTES) await around(rolling, 'base');
        turns += 1;
        rows.push({
          minute: Math.round(minutes()),
          heap: Math.round(process.memoryUsage().heapUsed / MIB),
          events: Math.round(statSync(join(directory, 'events.ndjson')).size / MIB),
        });
      }
      await around(rolling, 'target');
    },
  });
  const { api, stacks, durationSeconds, causes } = run.verdict;
  for (const { minute, heap, events } of rows) {
    t.log(`minute ${minute}: ${heap} MiB of heap, ${events} MiB of events`);
  }
  const { requests, failed } = api;
  const first = causes.slice(0, 5).map(({ count, unit, title }) => `${count} ${unit}: ${title}`);
  t.log(JSON.stringify({ turns, durationSeconds, requests, failed, stacks, first }));
  t.is(run.verdict.ended, 'completed');
  // The schedule does not drift: as many requests as the rates promise, to one in a hundred.
  t.true(Math.abs(requests / (durationSeconds * RATE) - 1) < 0.01, `${requests} requests`);
  // Each accepted stack is accounted for.
  const { accepted, completed, stuck, failed: failedStacks, lost } = stacks;
  t.is(completed + stuck + failedStacks + lost, accepted);
});
