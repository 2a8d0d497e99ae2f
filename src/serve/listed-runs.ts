import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { RollgateError } from '../errors.ts';
import { readRun } from '../events/codec.ts';
import type { RunEvent } from '../events/event.ts';
import { progressOf, type ListedRun, type RunProgress } from '../report/html/served/listed-run.ts';
import { RUN_FOLDER } from '../run-folder.ts';
import { judge } from '../verdict/judge.ts';
import { summaryOf, type RunSummary } from '../verdict/many-runs/summary.ts';
import type { Verdict } from '../verdict/schema/verdict.ts';
import { findRuns, type FoundRun } from './find-runs.ts';

/** A run that was read, without its events: those of many runs do not fit in memory. */
type ReadResult =
  | {
      readonly kind: 'run';
      readonly startedAt: string;
      readonly verdict: RunSummary;
      readonly ended: boolean;
      readonly held: boolean;
    }
  | { readonly kind: 'unreadable'; readonly why: string };

const UNREAD = { kind: 'unread' } as const;

/** A run with everything for its page. */
export interface OpenedRun {
  readonly found: FoundRun;
  readonly events: readonly RunEvent[];
  readonly verdict: Verdict;
  readonly progress: RunProgress;
}

export interface ListedRunsOptions {
  readonly folder: string;
  /** How long `list` waits for runs that are not read yet, in milliseconds. */
  readonly patienceMs: number;
  /** No further run is read after its abort. */
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/**
 * The runs of a folder, each judged from its events, and again when they have grown. Judging takes
 * about 0.2 s a run, so `list` does not wait for thousands: the rest is read meanwhile.
 */
export class ListedRuns {
  readonly #folder: string;
  readonly #patienceMs: number;
  readonly #signal: AbortSignal;
  readonly #now: () => number;
  readonly #read = new Map<string, { readonly state: string; readonly read: ReadResult }>();
  #waiting: readonly FoundRun[] = [];
  #reading: Promise<void> | undefined;

  constructor({ folder, patienceMs, signal, now = Date.now }: ListedRunsOptions) {
    this.#folder = folder;
    this.#patienceMs = patienceMs;
    this.#signal = signal;
    this.#now = now;
  }

  /** The newest first; unread and unreadable ones last. */
  async list(): Promise<readonly ListedRun[]> {
    const all = await findRuns(this.#folder);
    await this.#readWithin(all.filter((found) => this.#known(found) === undefined));
    const listed = all.map((found): ListedRun => {
      const { id, writtenAt } = found;
      const read = this.#known(found);
      const content = read === undefined ? UNREAD : this.#contentOf(read, writtenAt);
      return { id, writtenAt, content };
    });
    const startOf = ({ content }: ListedRun): string =>
      content.kind === 'run' ? content.startedAt : '';
    return listed.toSorted((a, b) =>
      startOf(a) < startOf(b) ? 1 : startOf(a) > startOf(b) ? -1 : b.writtenAt - a.writtenAt,
    );
  }

  /** The run of this id among the existing runs: an id never becomes a path. */
  async find(id: string): Promise<FoundRun | undefined> {
    return (await findRuns(this.#folder)).find((one) => one.id === id);
  }

  /** @throws RollgateError `no-run`, `invalid-events`. */
  async open(found: FoundRun): Promise<OpenedRun> {
    const events = await readRun(found.directory);
    const verdict = judge(events);
    const read = summarized(events, verdict);
    this.#read.set(found.directory, { state: found.state, read });
    const { ended, held } = read;
    const { writtenAt } = found;
    return {
      found,
      events,
      verdict,
      progress: progressOf({ ended, held, writtenAt }, this.#now()),
    };
  }

  #known({ directory, state }: FoundRun): ReadResult | undefined {
    const known = this.#read.get(directory);
    return known?.state === state ? known.read : undefined;
  }

  /** Reads these, the last written first, and waits for them as long as patience allows. */
  async #readWithin(unread: readonly FoundRun[]): Promise<void> {
    if (unread.length === 0) return;
    this.#waiting = unread.toSorted((a, b) => b.writtenAt - a.writtenAt);
    this.#reading ??= this.#readWaiting().finally(() => {
      this.#reading = undefined;
    });
    // A failure after the patience: the next list meets it again.
    this.#reading.catch(() => undefined);
    const over = new AbortController();
    const patience = delay(this.#patienceMs, undefined, { signal: over.signal });
    patience.catch(() => undefined);
    try {
      await Promise.race([this.#reading, patience]);
    } finally {
      over.abort();
    }
  }

  async #readWaiting(): Promise<void> {
    for (;;) {
      const [next, ...rest] = this.#waiting;
      if (next === undefined || this.#signal.aborted) return;
      this.#waiting = rest;
      const { directory, state } = next;
      this.#read.set(directory, { state, read: await readListed(directory) });
    }
  }

  #contentOf(read: ReadResult, writtenAt: number): ListedRun['content'] {
    if (read.kind === 'unreadable') return read;
    const { startedAt, verdict, ended, held } = read;
    const progress = progressOf({ ended, held, writtenAt }, this.#now());
    return { kind: 'run', startedAt, verdict, progress };
  }
}

async function readListed(directory: string): Promise<ReadResult> {
  try {
    const events = await readRun(directory);
    return summarized(events, judge(events));
  } catch (error) {
    if (!(error instanceof RollgateError)) throw error;
    const line = error.place?.line;
    const where = line === undefined ? '' : `${RUN_FOLDER.events}:${line}: `;
    return { kind: 'unreadable', why: `${where}${error.message.replaceAll(`${directory}/`, '')}` };
  }
}

function summarized(
  events: readonly RunEvent[],
  verdict: Verdict,
): Extract<ReadResult, { kind: 'run' }> {
  const start = events.find((event) => event.type === 'run-started');
  const pause = events.findLast(
    (event) => event.type === 'run-paused' || event.type === 'run-resumed',
  );
  return {
    kind: 'run',
    startedAt: start?.time ?? '',
    verdict: summaryOf(verdict),
    ended: events.at(-1)?.type === 'run-finished',
    held: pause?.type === 'run-paused',
  };
}

/** The path of a run's events. */
export function eventsOf({ directory }: FoundRun): string {
  return join(directory, RUN_FOLDER.events);
}
