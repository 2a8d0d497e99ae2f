import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { EventOf } from '../src/events/event.ts';
import { Redactor } from '../src/infra/redactor.ts';
import { drawSecrets } from '../src/infra/secrets.ts';
import { createProgress } from '../src/report/terminal/progress.ts';
import { EventLog } from '../src/run/logs/event-log.ts';

const EVENTS = 20_000;

/** The cost of one event on its way to the file and the terminal, in microseconds of CPU. */
export async function costOfEvent(): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), 'rollgate-bench-'));
  const progress = createProgress(() => undefined, { tty: true, color: true });
  const log = new EventLog({
    path: join(directory, 'events.ndjson'),
    redactor: new Redactor(drawSecrets()),
    listeners: [progress],
  });
  const event = (index: number): EventOf<'request'> => ({
    type: 'request',
    at: index * 5 + 4.123,
    id: 'req-11111111-2222-4333-8444-555555555555',
    probe: 'list',
    operation: 'GET stacks',
    connection: 'new',
    scheduledAt: index * 5,
    sentAt: index * 5 + 0.456,
    outcome: 'served',
    status: 200,
    server: 'node1/heat-api',
  });
  const cpu = process.cpuUsage();
  for (let index = 0; index < EVENTS; index += 1) {
    log.emit(event(index));
    if (index % 200 === 0) await turn();
  }
  await log.close();
  log.release();
  const { user, system } = process.cpuUsage(cpu);
  await rm(directory, { recursive: true });
  return (user + system) / EVENTS;
}
