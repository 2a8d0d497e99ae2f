import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { z } from 'zod';
import { encodeEvent } from '../../../src/events/codec.ts';
import { renderTrace } from '../../../src/report/files/trace.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { invoked } from '../../cli/rollgate.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { badRoll, cleanRoll } from '../../verdict/runs.ts';
import type { Story } from '../../verdict/stream.ts';
import { hostileRun } from '../hostile-run.ts';
import { HOSTILE } from '../hostile.ts';

const place = { pid: z.int().positive(), tid: z.int().nonnegative(), name: z.string().min(1) };
const microseconds = z.int().nonnegative();

/** The rules of the Trace Event Format for the kinds that are used. */
const traceSchema = z.strictObject({
  displayTimeUnit: z.enum(['ms', 'ns']),
  traceEvents: z.array(
    z.discriminatedUnion('ph', [
      z.strictObject({
        ph: z.literal('M'),
        ...place,
        name: z.enum(['process_name', 'process_sort_index', 'thread_name', 'thread_sort_index']),
        args: z.union([
          z.strictObject({ name: z.string() }),
          z.strictObject({ sort_index: z.int() }),
        ]),
      }),
      z.strictObject({
        ph: z.literal('X'),
        ...place,
        cat: z.string(),
        ts: microseconds,
        dur: microseconds,
        args: z.record(z.string(), z.union([z.string(), z.number()])),
      }),
      z.strictObject({
        ph: z.literal('C'),
        ...place,
        ts: microseconds,
        args: z.record(z.string(), z.number()),
      }),
    ]),
  ),
});

type Trace = z.infer<typeof traceSchema>['traceEvents'];

/** Reads a trace by the rules of its format; throws where one is broken. */
function readTrace(story: Pick<Story, 'events'>): Trace {
  const text = renderTrace(story.events, judge(story.events));
  const { traceEvents } = traceSchema.parse(JSON.parse(text));
  const named = new Set(
    traceEvents.flatMap((event) =>
      event.ph === 'M' ? [`${event.name} ${event.pid} ${event.tid}`] : [],
    ),
  );
  const slices = traceEvents.filter((event) => event.ph === 'X');
  for (const [thread, own] of Map.groupBy(slices, ({ pid, tid }) => `${pid} ${tid}`)) {
    if (!named.has(`thread_name ${thread}`)) throw new Error(`thread ${thread} has no name`);
    // "Complete events of one thread nest": here they even follow each other.
    for (const [index, { ts, name }] of own.entries()) {
      const before = own[index - 1];
      if (before !== undefined && before.ts + before.dur > ts) {
        throw new Error(`${name} begins within ${before.name}`);
      }
    }
  }
  return traceEvents;
}

function track(trace: Trace, name: string): readonly string[] {
  const thread = trace.find(
    (event) => event.ph === 'M' && 'name' in event.args && event.args.name === name,
  );
  return trace.flatMap((event) =>
    event.ph === 'X' && event.pid === thread?.pid && event.tid === thread.tid
      ? [`${event.name} ${event.ts / 1e6}+${event.dur / 1e6}`]
      : [],
  );
}

test('a trace has the steps with their times, in microseconds', (t) => {
  const trace = readTrace(cleanRoll());
  t.deepEqual(track(trace, 'steps').slice(0, 4), [
    '1.1 start-load 0+0',
    '1.2 hold 5 s 0+5',
    '2.1 db-sync with the target’s code 5+4',
    '2.2 swap node1/heat-engine 9+5',
  ]);
  t.deepEqual(track(trace, 'stages').at(-1), 'after 40+6');
});

test('a trace has what each service was doing, and what it logged', (t) => {
  const bands = track(readTrace(badRoll()), 'node1/heat-engine');
  t.regex(bands.join('\n'), /^24\.0\.0 0\+/);
  t.regex(bands.join('\n'), /^starting 26\.0\.1 /m);
});

test('every request and every operation is in the trace once', (t) => {
  const { events } = badRoll();
  const trace = readTrace({ events });
  const slices = trace.filter((event) => event.ph === 'X');
  const ids = slices.flatMap(({ args }) => ('id' in args ? [args['id']] : []));
  const sent = events.flatMap((event) => (event.type === 'request' ? [event.id] : []));
  const sorted = (all: readonly unknown[]): readonly string[] =>
    all.map(String).toSorted((a, b) => a.localeCompare(b));
  t.deepEqual(sorted(ids), sorted(sent));
  t.true(slices.some(({ cat, args }) => cat === '5xx-balancer' && args['status'] === 502));
  const accepted = events.filter(({ type }) => type === 'operation-accepted');
  t.is(slices.filter(({ args }) => 'operationStatus' in args).length, accepted.length);
});

test('overlapping requests are in separate lanes, one below the other', (t) => {
  const story = cleanRoll();
  const [request] = story.events.filter((event) => event.type === 'request');
  if (request === undefined) throw new Error('the run has no request');
  const times = { scheduledAt: 60_000, sentAt: 60_000, at: 61_000, probe: 'twice' };
  const twice = [1, 2].map((one) => ({ ...request, ...times, operation: `GET ${one}` }));
  const trace = readTrace({ events: [...story.events, ...twice] });
  t.deepEqual(track(trace, `twice/${request.connection}`), ['GET 1 60+1']);
  t.deepEqual(track(trace, `twice/${request.connection} 2`), ['GET 2 60+1']);
});

test('the counters show the cores and the memory of each container', (t) => {
  const usage = (at: number, cpu: number) => ({
    type: 'usage-sampled' as const,
    at,
    containers: [{ container: 'mysql', cpu, memoryBytes: 120_400_000 }],
    machine: { cores: 2, busy: 1.5, runnable: 3 },
  });
  const events = [...cleanRoll().events, usage(2000, 0.25), usage(4000, 0.5)];
  const counters = readTrace({ events }).filter((event) => event.ph === 'C');
  t.deepEqual(
    counters.map(({ name, ts, args }) => [name, ts / 1e6, args]),
    [
      ['cores of the machine', 0, { busy: 1.5 }],
      ['cores by container', 0, { mysql: 0.25 }],
      ['memory by container, MB', 2, { mysql: 120 }],
      ['cores of the machine', 2, { busy: 1.5 }],
      ['cores by container', 2, { mysql: 0.5 }],
      ['memory by container, MB', 4, { mysql: 120 }],
    ],
  );
});

test('the trace keeps its format, whatever names a run contains', (t) => {
  for (const text of Object.values(HOSTILE)) t.true(readTrace(hostileRun(text)).length > 0);
  t.true(readTrace({ events: cleanRoll().events.slice(0, 1) }).length > 0);
});

test('report --trace writes it beside the reports', async (t) => {
  const folder = temporaryFolder();
  const { events } = cleanRoll();
  await writeFile(join(folder, 'events.ndjson'), events.map(encodeEvent).join(''));
  const { exitCode, stdout } = await invoked(['report', folder, '--trace']);
  t.is(exitCode, 0);
  const file = join(folder, 'trace.json');
  t.true(stdout.endsWith(file));
  t.is(await readFile(file, 'utf8'), renderTrace(events, judge(events)));
});
