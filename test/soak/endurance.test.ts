import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import test from 'ava';
import { linearRegression, median } from 'simple-statistics';
import { Lab, type RollingLab, type RunEvent } from '../../src/index.ts';
import { RUN_FOLDER } from '../../src/run-folder.ts';

/** `ROLLGATE_MINUTES=10 npx ava --config ava.soak.config.js test/soak/endurance.test.ts`. */
const MINUTES = Number(process.env['ROLLGATE_MINUTES'] ?? 60);
/** Requests a second. Most are cheap, so that two cores also carry Heat's own work. */
const RATE = Number(process.env['ROLLGATE_RATE'] ?? 50);
const PROBES = [
  { probe: 'version', connection: 'new', rate: RATE * 0.44 },
  { probe: 'version', connection: 'reused', rate: RATE * 0.44 },
  { probe: 'list', connection: 'new', rate: RATE * 0.02 },
  { probe: 'list', connection: 'reused', rate: RATE * 0.02 },
  { probe: 'show', connection: 'new', rate: RATE * 0.04 },
  { probe: 'show', connection: 'reused', rate: RATE * 0.04 },
] as const;
const MIB = 2 ** 20;
/** The heap may grow by this much in a minute: the load remembers its stacks. */
const MOST_MIB_PER_MINUTE = 0.5;

const directory = await mkdtemp(join(tmpdir(), 'rollgate-endurance-'));
test.after.always(() => rm(directory, { recursive: true, force: true }));

setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');

interface Sample {
  readonly minutes: number;
  readonly heapMiB: number;
  readonly rssMiB: number;
  readonly eventsMiB: number;
}

async function sampleAt(minutes: number, folder: string): Promise<Sample> {
  if (typeof collect === 'function') collect();
  const { heapUsed, rss } = process.memoryUsage();
  const { size } = await stat(join(folder, RUN_FOLDER.events));
  return { minutes, heapMiB: heapUsed / MIB, rssMiB: rss / MIB, eventsMiB: size / MIB };
}

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

/** How far the schedule of a probe is off at its end, and how late it sent at first and at last. */
function scheduleOf(
  events: readonly RunEvent[],
  { probe, connection, rate }: (typeof PROBES)[number],
): { readonly driftMs: number; readonly lateFirstMs: number; readonly lateLastMs: number } {
  const sent = events
    .filter((event) => event.type === 'request')
    .filter((event) => event.probe === probe && event.connection === connection)
    .toSorted((a, b) => a.scheduledAt - b.scheduledAt);
  const [first, last] = [sent[0], sent.at(-1)];
  if (first === undefined || last === undefined) throw new Error(`${probe} sent nothing`);
  const period = 1000 / rate;
  const off = (last.scheduledAt - first.scheduledAt) % period;
  const late = sent.map(({ scheduledAt, sentAt }) => sentAt - scheduledAt);
  const fifth = Math.ceil(sent.length / 5);
  return {
    driftMs: Math.min(off, period - off),
    lateFirstMs: median(late.slice(0, fifth)),
    lateLastMs: median(late.slice(-fifth)),
  };
}

function idsOf(
  events: readonly RunEvent[],
  type: 'operation-accepted' | 'operation-settled',
): readonly string[] {
  return events.flatMap((event) => (event.type === type ? [event.operation] : [])).sort();
}

test(`${MINUTES} minutes at ${RATE} requests a second, with services swapped to and fro: memory is flat, the schedule keeps its beat, each stack has an end`, async (t) => {
  t.timeout((MINUTES + 20) * 60_000);
  const folder = join(directory, 'run');
  await using lab = await Lab.start({ series: '2026.1', topology: '2x2' });
  const samples: Sample[] = [];
  let turns = 0;
  const run = await lab.upgrade({
    to: '2026.2',
    seed: 1,
    directory: folder,
    load: { probes: PROBES, workload: { rate: 0.1 }, calls: false, stuckAfterSeconds: 60 },
    roll: async (rolling) => {
      const began = performance.now();
      const minutes = (): number => (performance.now() - began) / 60_000;
      await rolling.dbSync();
      while (minutes() < MINUTES) {
        for (const to of ['target', 'base'] as const) {
          await around(rolling, to);
          samples.push(await sampleAt(minutes(), folder));
        }
        turns += 1;
      }
      await around(rolling, 'target');
    },
  });
  const { api, stacks, ended, causes, durationSeconds } = run.verdict;
  for (const { minutes, heapMiB, rssMiB, eventsMiB } of samples) {
    t.log(
      `minute ${minutes.toFixed(1)}: heap ${heapMiB.toFixed(1)} MiB, process ${rssMiB.toFixed(0)} MiB, events ${eventsMiB.toFixed(1)} MiB`,
    );
  }
  const { requests, failed, longestDisruptionSeconds } = {
    ...api,
    longestDisruptionSeconds: Math.max(0, ...api.disruptions.map(({ seconds }) => seconds)),
  };
  const first = causes.slice(0, 5).map(({ count, unit, title }) => `${count} ${unit}: ${title}`);
  const peakMiB = process.resourceUsage().maxRSS / 1024;
  t.log(
    JSON.stringify({ turns, durationSeconds, requests, failed, longestDisruptionSeconds, stacks }),
    JSON.stringify(first, null, 1),
    `the process had ${peakMiB.toFixed(0)} MiB at most, with the verdict of ${run.events.length} events`,
  );
  t.is(ended, 'completed');

  // From the second turn on: code is compiled, caches are filled.
  const later = samples.slice(Math.min(2, samples.length - 2));
  const { m: slope } = linearRegression(later.map(({ minutes, heapMiB }) => [minutes, heapMiB]));
  t.log(`the heap grew by ${slope.toFixed(2)} MiB a minute`);
  t.true(slope < MOST_MIB_PER_MINUTE, `${slope} MiB a minute`);

  for (const probe of PROBES) {
    const { driftMs, lateFirstMs, lateLastMs } = scheduleOf(run.events, probe);
    const name = `${probe.probe} over ${probe.connection} connections`;
    t.log(
      `${name}: off by ${driftMs.toFixed(3)} ms at the end, late by ${lateFirstMs.toFixed(1)} ms in the first fifth and ${lateLastMs.toFixed(1)} ms in the last`,
    );
    t.true(driftMs < 1, `${name} drifted by ${driftMs} ms`);
    t.true(lateLastMs < lateFirstMs + 10, `${name} is sent later and later`);
  }

  t.deepEqual(
    idsOf(run.events, 'operation-settled'),
    idsOf(run.events, 'operation-accepted'),
    'each accepted operation has one end',
  );
  const { accepted, completed, stuck, failed: failedStacks, lost } = stacks;
  t.true(accepted > MINUTES * 4, `${accepted} stacks`);
  t.is(completed + stuck + failedStacks + lost, accepted);
});
