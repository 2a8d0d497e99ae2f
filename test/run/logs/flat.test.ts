import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import test from 'ava';
import { LAB_DIRECTORY } from '../../../src/document/lab-files.ts';
import { encodeEvent } from '../../../src/events/codec.ts';
import type { RequestEvent } from '../../../src/events/event.ts';
import { Redactor } from '../../../src/infra/redactor.ts';
import { drawSecrets } from '../../../src/infra/secrets.ts';
import { MessageCensus } from '../../../src/observe/logs/message-census.ts';
import { MessageTrail } from '../../../src/observe/logs/message-trail.ts';
import { loadSignatures } from '../../../src/observe/logs/signatures.ts';
import { createProgress } from '../../../src/report/terminal/progress.ts';
import { EventLog } from '../../../src/run/logs/event-log.ts';
import { LIFECYCLE_KINDS } from '../../../src/subject/heat/api/kinds.ts';
import { WorkloadStacks } from '../../../src/subject/heat/workload/stacks.ts';
import { ServiceLogs } from '../../../src/watch/sources/service-logs.ts';
import { StartedLifecycle } from '../../subject/heat/workload/started-lifecycle.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');
const MIB = 2 ** 20;

/** The heap that is in use after a garbage collection, in MiB. */
function heap(): number {
  if (typeof collect === 'function') collect();
  return process.memoryUsage().heapUsed / MIB;
}

function request(index: number): RequestEvent {
  return {
    type: 'request',
    at: index * 20 + 4.123,
    id: `req-11111111-2222-4333-8444-${pad(index)}`,
    probe: 'list',
    operation: 'GET stacks',
    connection: 'new',
    scheduledAt: index * 20,
    sentAt: index * 20 + 0.456,
    outcome: 'served',
    status: 200,
    server: 'node1/heat-api',
  };
}

/** The same with the service's own id. */
function answered(index: number): RequestEvent {
  return { ...request(index), answeredAs: `req-55555555-2222-4333-8444-${pad(index)}` };
}

function pad(index: number): string {
  return String(index).padStart(12, '0');
}

test.serial(
  'half an hour of 50 requests a second leaves no more in memory than a minute',
  async (t) => {
    const path = join(temporaryFolder(), 'events.ndjson');
    const log = new EventLog({
      path,
      redactor: new Redactor(drawSecrets()),
      listeners: [createProgress(() => undefined, { tty: true, color: true })],
    });
    let bytes = 0;
    // A run emits 50 events a second; here a thousand times as many wait for each write.
    const emit = async (from: number, to: number): Promise<void> => {
      for (let index = from; index < to; index += 1) {
        const event = request(index);
        bytes += Buffer.byteLength(encodeEvent(event));
        log.emit(event);
        if (index % 200 === 0) await turn();
      }
      while (statSync(path).size < bytes) await turn();
      // The file is told of its last write in a later turn than that of which the size is seen.
      await turn();
    };
    await emit(0, 3000);
    const before = heap();
    await emit(3000, 90_000);
    const grown = heap() - before;
    await log.close();
    log.release();
    t.log(`${grown.toFixed(1)} MiB`);
    // Kept, they would need more than 20 MiB.
    t.true(grown < 5, `${grown} MiB`);
  },
);

test.serial('a remembered message does not keep the log in which it was named', async (t) => {
  const { messages: patterns } = await loadSignatures('heat', LAB_DIRECTORY);
  if (patterns === undefined) throw new Error('heat.yaml describes no messages');
  const trail = new MessageTrail({
    patterns,
    runStartedAt: 0,
    emit: () => undefined,
    census: new MessageCensus(() => undefined),
  });
  const api = { node: 'node1', service: 'heat-api', version: '26.0.1', image: 'heat' };
  const reader = trail.follow(api);
  // As the engine passes them on: several lines in one text.
  const say = (index: number): void => {
    const id = String(index).padStart(32, '0');
    const text = [
      `1 DEBUG oslo_messaging._drivers.amqpdriver [-] Expecting reply to msg ${id} in queue reply_${id} _send`,
      `1 DEBUG oslo_messaging._drivers.amqpdriver [-] CALL msg_id: ${id} exchange 'heat' topic 'engine' _send`,
      `1 DEBUG oslo_messaging._drivers.amqpdriver [-] received message with unique_id: ${id} __call__`,
      `1 DEBUG oslo_messaging._drivers.amqpdriver [-] Poll the incoming message with unique_id: ${id} poll`,
      'a line about something else '.repeat(400),
    ].join('\n');
    for (const line of Buffer.from(text).toString().split('\n')) {
      reader.line({ time: '2026-12-01T00:00:00Z', text: line });
    }
  };
  const sayAll = (from: number, to: number): void => {
    for (let index = from; index < to; index += 1) say(index);
  };
  sayAll(0, 500);
  const before = heap();
  sayAll(500, 4500);
  const grown = heap() - before;
  t.log(`${grown.toFixed(1)} MiB`);
  // The texts have 44 MiB.
  t.true(grown < 12, `${grown} MiB`);
  reader.ended();
});

test.serial(
  'of a stack whose lifecycle is over, only what the end of the run needs is remembered',
  async (t) => {
    const [kind] = LIFECYCLE_KINDS;
    if (kind === undefined) throw new Error('there is no kind');
    const stacks = new WorkloadStacks();
    const live = async (from: number, to: number): Promise<void> => {
      for (let index = from; index < to; index += 1) {
        const started = new StartedLifecycle(
          kind,
          undefined,
          undefined,
          undefined,
          `stack-${index}`,
        );
        stacks.begun(started.lifecycle);
        await started.toTheEnd();
        stacks.over(started.lifecycle);
      }
    };
    await live(0, 20);
    const before = heap();
    await live(20, 120);
    const grown = (heap() - before) * 1024;
    t.log(`${(grown / 100).toFixed(1)} KiB a stack`);
    t.is(stacks.records.length, 120);
    t.true(grown / 100 < 5, `${grown / 100} KiB a stack`);
  },
);

test.serial('a watch that reads logs does not remember each request of an hour', async (t) => {
  const signatures = await loadSignatures('heat', LAB_DIRECTORY);
  const logs = new ServiceLogs(signatures, { epoch: 0, emit: () => undefined });
  for (let index = 0; index < 60_000; index += 1) logs.see(answered(index));
  const before = heap();
  for (let index = 60_000; index < 200_000; index += 1) logs.see(answered(index));
  const grown = heap() - before;
  t.log(`${grown.toFixed(1)} MiB`);
  // Kept, they would need more than 20 MiB.
  t.true(grown < 5, `${grown} MiB`);
  // Until here the logs are in use.
  logs.see(answered(200_000));
});
