import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gunzipSync } from 'node:zlib';
import { LAB_DIRECTORY } from '../src/document/lab-files.ts';
import { encodeEvent, parseEvents, readRun } from '../src/events/codec.ts';
import type { RequestEvent, RunEvent } from '../src/events/event.ts';
import { Redactor } from '../src/infra/redactor.ts';
import { drawSecrets } from '../src/infra/secrets.ts';
import { MessageCensus } from '../src/observe/logs/message-census.ts';
import { MessageTrail } from '../src/observe/logs/message-trail.ts';
import { loadSignatures } from '../src/observe/logs/signatures.ts';
import { writeReports } from '../src/report/files/files.ts';
import { createProgress } from '../src/report/terminal/progress.ts';
import { RUN_FOLDER } from '../src/run-folder.ts';
import { EventLog } from '../src/run/logs/event-log.ts';
import { judge } from '../src/verdict/judge.ts';

// What a long run keeps in memory: its events, the messages in the logs, and the verdict at its end.
// `node bench/memory.ts 200000`

const COUNT = Number(process.argv[2] ?? 200_000);
const ROLL = new URL('../test/browser/fixture/guide.ndjson.gz', import.meta.url);
const MIB = 2 ** 20;
const PERIOD_MS = 20;

setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');

function heap(): string {
  if (typeof collect === 'function') collect();
  return `${(process.memoryUsage().heapUsed / MIB).toFixed(1)} MiB of heap`;
}

/** A roll that goes on for as long as so many requests take, at 50 a second. */
async function longRun(): Promise<{
  readonly roll: readonly RunEvent[];
  readonly more: () => Iterable<RunEvent>;
}> {
  const roll = parseEvents(gunzipSync(await readFile(ROLL)).toString(), ROLL.pathname);
  const end = roll.at(-1);
  const served = roll.filter(
    (event): event is RequestEvent => event.type === 'request' && event.outcome === 'served',
  );
  function* more(): Iterable<RunEvent> {
    let at = end?.at ?? 0;
    for (let index = 0; index < COUNT; index += 1) {
      const request = served[index % served.length];
      if (request === undefined) return;
      at += PERIOD_MS;
      const id = `req-11111111-2222-4333-8444-${String(index).padStart(12, '0')}` as const;
      const took = request.at - request.sentAt;
      yield { ...request, id, scheduledAt: at, sentAt: at + 0.5, at: at + took };
    }
    if (end !== undefined) yield { ...end, at: at + 1000 };
  }
  return { roll: roll.slice(0, -1), more };
}

async function events(directory: string): Promise<void> {
  const { roll, more } = await longRun();
  const log = new EventLog({
    path: join(directory, 'live.ndjson'),
    redactor: new Redactor(drawSecrets()),
    listeners: [createProgress(() => undefined, { tty: true, color: true })],
  });
  for (const event of roll) log.emit(event);
  console.log(`events: ${heap()} after ${roll.length}`);
  let count = 0;
  for (const event of more()) {
    log.emit(event);
    count += 1;
    if (count % 200 === 0) await turn();
  }
  console.log(`events: ${heap()} after ${roll.length + count}`);
  await log.close();
  log.release();
}

const AT = 'DEBUG oslo_messaging._drivers.amqpdriver';

async function messages(): Promise<void> {
  const { messages: patterns } = await loadSignatures('heat', LAB_DIRECTORY);
  if (patterns === undefined) throw new Error('heat.yaml describes no messages');
  const census = new MessageCensus(() => undefined);
  const trail = new MessageTrail({ patterns, runStartedAt: 0, emit: () => undefined, census });
  const place = { node: 'node1', version: '26.0.1', image: 'heat' };
  const api = trail.follow({ ...place, service: 'heat-api' });
  const engine = trail.follow({ ...place, service: 'heat-engine' });
  const say = (index: number): void => {
    const id = String(index).padStart(32, 'a');
    const request = `req-11111111-2222-4333-8444-${String(index).padStart(12, '0')}`;
    const context = `[${request} ${request.replaceAll('1', '5')} user project - - default default]`;
    census.traced({ id, method: 'list_stacks', topic: 'engine', call: true });
    for (const [reader, text] of [
      [api, `9 ${AT} ${context} Expecting reply to msg ${id} in queue reply_node1:uwsgi:1 _send`],
      [api, `9 ${AT} ${context} CALL msg_id: ${id} exchange 'heat' topic 'engine' _send`],
      [engine, `1 ${AT} [-] received message msg_id: ${id} reply to reply_node1 __call__`],
      [engine, `1 ${AT} [-] Poll the incoming message with unique_id: ${id}0 poll`],
      [engine, `1 ${AT} ${context} sending reply msg_id: ${id} reply queue: reply_node1`],
    ] as const) {
      reader.line({ time: '2026-12-01T00:00:00Z', text: Buffer.from(text).toString() });
    }
    if (index % 50 === 0) census.flush();
  };
  const part = Math.ceil(COUNT / 5);
  for (let from = 0; from < COUNT; from += part) {
    const cpu = process.cpuUsage();
    for (let index = from; index < from + part; index += 1) say(index);
    const { user, system } = process.cpuUsage(cpu);
    const micros = ((user + system) / part).toFixed(0);
    console.log(`messages: ${heap()} after ${from + part} calls, ${micros} µs for each`);
  }
}

async function verdict(directory: string): Promise<void> {
  const { roll, more } = await longRun();
  function* lines(): Iterable<string> {
    for (const event of roll) yield encodeEvent(event);
    for (const event of more()) yield encodeEvent(event);
  }
  await pipeline(Readable.from(lines()), createWriteStream(join(directory, RUN_FOLDER.events)));
  const seconds = async <Value>(what: string, work: () => Value | Promise<Value>) => {
    const began = performance.now();
    const value = await work();
    const took = ((performance.now() - began) / 1000).toFixed(1);
    console.log(`verdict: ${what} ${took} s, ${heap()}`);
    return value;
  };
  const all = await seconds('read in', () => readRun(directory));
  const judged = await seconds('judged in', () => judge(all));
  await seconds('reports in', () => writeReports(directory, all, judged));
  const peak = (process.resourceUsage().maxRSS / 1024).toFixed(0);
  console.log(`verdict: ${all.length} events, the process had ${peak} MiB at most`);
}

const directory = await mkdtemp(join(tmpdir(), 'rollgate-bench-'));
try {
  await events(directory);
  await messages();
  await verdict(directory);
} finally {
  await rm(directory, { recursive: true });
}
