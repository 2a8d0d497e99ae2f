import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventOf } from '../src/events/event.ts';
import { Redactor } from '../src/infra/redactor.ts';
import { drawSecrets } from '../src/infra/secrets.ts';
import { systemClock } from '../src/load/clock.ts';
import { startProbe, type Probe } from '../src/load/probe.ts';
import { EventLog } from '../src/run/logs/event-log.ts';
import { percentilesOf, taskOfArguments, watchCores, type Measurement } from './measurement.ts';

// A probe as in a run, with its event log on the disk.

/** Warm-up until the code is compiled, because a run's load lasts for minutes. */
const WARM_UP_SECONDS = 3;
const TIMEOUT_MS = 10_000;

const { origin, connection, rate, seconds } = taskOfArguments();
const directory = await mkdtemp(join(tmpdir(), 'rollgate-bench-'));
const log = new EventLog({
  path: join(directory, 'events.ndjson'),
  redactor: new Redactor(drawSecrets()),
  listeners: [],
});
const runStart = systemClock.now();

function probe(name: string): Probe {
  return startProbe({
    name,
    connection,
    rate,
    origin,
    request: () => ({
      operation: 'GET stacks',
      method: 'GET',
      path: '/v1/stacks',
      headers: { 'x-auth-token': 'x'.repeat(180), accept: 'application/json' },
      expect: [200],
      check: (body) => (body.includes('"stacks"') ? undefined : 'no stacks in the body'),
    }),
    timeoutMs: TIMEOUT_MS,
    maxInFlight: Math.ceil((rate * TIMEOUT_MS) / 1000),
    clock: systemClock,
    runStart,
    emit: log.emit,
    offsetMs: 0,
  });
}

async function runFor(name: string, seconds: number): Promise<number> {
  const running = probe(name);
  const coresSince = watchCores();
  await systemClock.sleepUntil(systemClock.now() + seconds * 1000);
  const cores = coresSince();
  await running.stop();
  return cores;
}

await runFor('warm-up', WARM_UP_SECONDS);
const cores = await runFor('list', seconds);
await log.close();
const events = await log.read();
log.release();
await rm(directory, { recursive: true });

const measured = events.filter(
  (event): event is EventOf<'request'> => event.type === 'request' && event.probe === 'list',
);
const dropped = events.filter(
  (event) => event.type === 'arrivals-dropped' && event.probe === 'list',
);
const result: Measurement = {
  achieved: measured.length / seconds,
  latenessMs: percentilesOf(measured.map(({ sentAt, scheduledAt }) => sentAt - scheduledAt)),
  latencyMs: percentilesOf(measured.map(({ at, sentAt }) => at - sentAt)),
  cores,
  failed: measured.filter(({ outcome }) => outcome !== 'served').length,
  dropped: dropped.length,
};
console.log(JSON.stringify(result));
