import { on } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { factorOf } from '../../src/cli/verbs/watch/rate.ts';
import { judge, Lab, readRun, type RunEvent, type Verdict } from '../../src/index.ts';
import { defaultSubject } from '../../src/subject/registry.ts';
import { CONNECTIONS } from '../../src/words.ts';
import { BIN } from '../cli/rollgate.ts';
import { compareLosses, type Comparison, type Losses, type Span } from './same-losses.ts';

const ROLL = fileURLToPath(new URL('rolls/apis-at-once.sh', import.meta.url));
/** Requests a second, of all probes of each observer: twice the usual load. */
const RATE = 11;

/** The observations of one observer of a roll. */
export interface Observation {
  readonly requests: number;
  readonly lost: number;
  /** The longest time in which no request of any client was served, in ms since the epoch. */
  readonly outage: { readonly from: number; readonly to: number; readonly seconds: number };
  /** The longest time between two requests sent around that outage, in ms. */
  readonly betweenMs: number;
  /** The steps of the roll in which that outage was. */
  readonly steps: readonly string[];
  /** Stacks that the roll cost. */
  readonly harmed: number;
  /** Of the probes; the workload has no schedule. */
  readonly losses: Losses;
  /** Arrivals that were never sent. */
  readonly dropped: number;
}

/** The run that rolled a lab, and a watch that knew only the endpoint. */
export interface TwoObservers {
  readonly run: Observation;
  readonly watch: Observation;
  readonly comparison: Comparison;
}

/**
 * Upgrades a lab by a shell script, with a watch beside it.
 *
 * @param directory For the folders of the run and of the watch, `NAME-run` and `NAME-watch`.
 */
export async function rollBesideWatch(
  directory: string,
  name: string,
  onProgress: (line: string) => void = () => undefined,
): Promise<TwoObservers> {
  const folders = { run: join(directory, `${name}-run`), watch: join(directory, `${name}-watch`) };
  await using lab = await Lab.start({ series: '2025.1', topology: '2x2', onProgress });
  // Few stacks: the two loads together must not be too much for the machine.
  const bounds = ['--rate', String(RATE), '--stacks', '1', '--stacks-total', '10'];
  const options = ['--name', name, '--out', folders.watch, ...bounds, '--json'];
  const watching = execa(process.execPath, [BIN, 'watch', ...options], {
    env: { ...(await lab.env()), CI: 'true' },
    reject: false,
  });
  try {
    await says(watching.stderr, 'watching;');
    // The script finds the watch by it.
    process.env['ROLLGATE_WATCH'] = folders.watch;
    await lab.upgrade({
      to: '2026.1',
      choreography: 'script',
      script: { run: ROLL },
      load: { probes: [...watchProbes()], workload: { rate: 0.05 } },
      durations: { baselineSeconds: 8, mixedSeconds: 1, afterSeconds: 1 },
      directory: folders.run,
    });
    await execa(process.execPath, [BIN, 'mark', 'end']);
    const { exitCode, stderr } = await watching;
    if (exitCode !== 0) throw new Error(`the watch ended with ${exitCode}: ${stderr}`);
  } finally {
    delete process.env['ROLLGATE_WATCH'];
    watching.kill('SIGKILL');
  }
  return readObservers(directory, name);
}

/** Compares the two again, from their folders. */
export async function readObservers(directory: string, name: string): Promise<TwoObservers> {
  const events = {
    run: await readRun(join(directory, `${name}-run`)),
    watch: await readRun(join(directory, `${name}-watch`)),
  };
  const verdict = judge(events.watch);
  const [run, watch] = [observed(events.run, judge(events.run)), observed(events.watch, verdict)];
  const outage = {
    from: Math.min(run.outage.from, watch.outage.from),
    to: Math.max(run.outage.to, watch.outage.to),
  };
  const marks = marksOf(verdict, epochOf(events.watch));
  const comparison = compareLosses({ run: run.losses, watch: watch.losses }, outage, marks);
  return { run, watch, comparison };
}

/** The probes of a watch of this rate. */
function watchProbes() {
  const { cloud } = defaultSubject;
  if (cloud === undefined) throw new Error('the subject cannot be watched');
  const { probes } = cloud.watchLoad;
  const factor = factorOf(cloud, { rate: RATE });
  return probes.flatMap(({ name: probe, rate }) =>
    CONNECTIONS.map((connection) => ({ probe, connection, rate: rate * factor })),
  );
}

/** Waits until a stream holds the text. Breaking off execa's own iteration would wait for its end. */
export async function says(stream: Readable, text: string): Promise<void> {
  let said = '';
  for await (const [chunk] of on(stream, 'data', {
    close: ['end'],
    signal: AbortSignal.timeout(60_000),
  })) {
    said += String(chunk);
    if (said.includes(text)) return;
  }
  throw new Error(`it ended without ${text}: ${said}`);
}

function observed(events: readonly RunEvent[], verdict: Verdict): Observation {
  const { api, stacks } = verdict;
  const [longest] = api.together.all.toSorted((a, b) => b.seconds - a.seconds);
  const epoch = epochOf(events);
  const { from, to, seconds } = longest ?? { from: 0, to: 0, seconds: 0 };
  return {
    requests: api.requests,
    lost: api.failed,
    outage: { from: epoch + from, to: epoch + to, seconds },
    betweenMs: longestBetween(events, { from, to }),
    steps: stepsWithin(verdict, { from, to }),
    harmed: stacks.stuck + stacks.failed + stacks.lost,
    losses: lossesOf(verdict, epoch),
    dropped: api.dropped,
  };
}

function lossesOf({ api, steps }: Verdict, epoch: number): Losses {
  const names = new Set(watchProbes().map(({ probe, connection }) => `${probe}/${connection}`));
  const scheduled = api.probes.map((one) => ({ ...one, name: `${one.probe}/${one.connection}` }));
  return {
    requests: new Map(
      scheduled.flatMap(({ name, requests }) => (names.has(name) ? [[name, requests]] : [])),
    ),
    lost: api.lost
      .map(({ probe, connection, sentAt, at, step }) => ({
        probe: `${probe}/${connection}`,
        sentAt: epoch + sentAt,
        at: epoch + at,
        step: shortName(steps.find(({ id }) => id === step)?.name),
      }))
      .filter(({ probe }) => names.has(probe)),
  };
}

/** The steps that the script marked. */
function marksOf({ steps }: Verdict, epoch: number): readonly (Span & { readonly step: string })[] {
  return steps.flatMap(({ name, startedAt, seconds }) =>
    startedAt === null || seconds === null || !STEP.test(name)
      ? []
      : [{ step: name, from: epoch + startedAt, to: epoch + startedAt + seconds * 1000 }],
  );
}

/** The run's own names go on with release and vhost. */
function shortName(name = 'none'): string {
  return STEP.exec(name)?.[0] ?? name;
}

function epochOf(events: readonly RunEvent[]): number {
  const [start] = events;
  if (start?.type !== 'run-started') throw new Error('the events do not begin with run-started');
  return Date.parse(start.time);
}

/** Between two requests sent around a time, in ms. */
export function longestBetween(events: readonly RunEvent[], { from, to }: Span): number {
  const sent = events
    .flatMap((event) => (event.type === 'request' && event.control !== true ? [event.sentAt] : []))
    .filter((at) => at >= from - 500 && at <= to + 500)
    .toSorted((a, b) => a - b);
  return Math.max(0, ...sent.slice(1).map((at, index) => at - (sent[index] ?? at)));
}

/** As `drain heat-api on node1`. */
const STEP = /^\S+ heat-\S+ on node\d/;

/** The steps, as `drain heat-api on node1`, of the requests that were lost in a time. */
function stepsWithin({ api, steps }: Verdict, { from, to }: Span): readonly string[] {
  const lost = api.lost.filter(({ sentAt }) => sentAt >= from && sentAt <= to);
  const names = lost.map(({ step }) => steps.find(({ id }) => id === step)?.name);
  return [...new Set(names.map(shortName))];
}

/** The differences between the two in the outage's beginning, end and length, in ms. */
export function apart({ run, watch }: Pick<TwoObservers, 'run' | 'watch'>) {
  return {
    begin: watch.outage.from - run.outage.from,
    end: watch.outage.to - run.outage.to,
    length: (watch.outage.seconds - run.outage.seconds) * 1000,
    /** One interval of each is how well each can know it. */
    bound: watch.betweenMs + run.betweenMs,
  };
}

/** The contradictions between two observers of the same roll. */
export function contradictions(two: TwoObservers): readonly string[] {
  const { run, watch } = two;
  const { bound, ...differences } = apart(two);
  // Between two calls the run counts with its script; a mark lasts until the next one.
  const steps = run.steps.filter((step) => STEP.test(step));
  return [
    ...Object.entries(differences).flatMap(([what, ms]) =>
      Math.abs(ms) <= bound
        ? []
        : [`${what}: ${ms.toFixed(0)} ms apart, above ${bound.toFixed(0)}`],
    ),
    ...(run.lost > 0 && watch.lost > 0 ? [] : ['one of them lost nothing']),
    ...(run.outage.seconds > 1 ? [] : ['the roll made no outage to compare']),
    ...(steps.every((step) => watch.steps.includes(step))
      ? []
      : [`the run lost in ${steps.join(', ')}; the watch in ${watch.steps.join(', ')}`]),
    ...two.comparison.problems,
  ];
}
