import { join } from 'node:path';
import { RollgateError } from '../errors.ts';
import { readRun } from '../events/codec.ts';
import type { RunEvent } from '../events/event.ts';
import { progressOf, type ListedRun, type RunProgress } from '../report/html/served/listed-run.ts';
import { RUN_FOLDER } from '../run-folder.ts';
import { judge } from '../verdict/judge.ts';
import type { Verdict } from '../verdict/schema/verdict.ts';
import { findRuns, type FoundRun } from './find-runs.ts';

/** A run that was read, without its events: those of many runs do not fit in memory. */
type ReadResult =
  | {
      readonly kind: 'run';
      readonly startedAt: string;
      readonly verdict: Verdict;
      readonly ended: boolean;
      readonly held: boolean;
    }
  | { readonly kind: 'unreadable'; readonly why: string };

/** A run with everything for its page. */
export interface OpenedRun {
  readonly found: FoundRun;
  readonly events: readonly RunEvent[];
  readonly verdict: Verdict;
  readonly progress: RunProgress;
}

/** The runs of a folder, each judged from its events, and again when they have grown. */
export class ListedRuns {
  readonly #folder: string;
  readonly #now: () => number;
  readonly #read = new Map<string, { readonly state: string; readonly read: ReadResult }>();

  /** @param now Milliseconds since the epoch. */
  constructor(folder: string, now: () => number = Date.now) {
    this.#folder = folder;
    this.#now = now;
  }

  /** The newest first; unreadable ones last. */
  async list(): Promise<readonly ListedRun[]> {
    const listed: ListedRun[] = [];
    for (const found of await findRuns(this.#folder)) {
      const { id, writtenAt } = found;
      const read = await this.#readOnce(found);
      listed.push({ id, writtenAt, content: this.#contentOf(read, writtenAt) });
    }
    const startOf = ({ content }: ListedRun): string =>
      content.kind === 'run' ? content.startedAt : '';
    return listed.toSorted((a, b) =>
      startOf(a) < startOf(b) ? 1 : startOf(a) > startOf(b) ? -1 : 0,
    );
  }

  /** The run of this id among the existing runs: an id never becomes a path. */
  async find(id: string): Promise<FoundRun | undefined> {
    return (await findRuns(this.#folder)).find((one) => one.id === id);
  }

  /** @throws RollgateError `no-run`, `invalid-events`. */
  async open(found: FoundRun): Promise<OpenedRun> {
    const events = await readRun(found.directory);
    const read = judgedContent(events);
    this.#read.set(found.directory, { state: found.state, read });
    const { verdict, ended, held } = read;
    const { writtenAt } = found;
    return {
      found,
      events,
      verdict,
      progress: progressOf({ ended, held, writtenAt }, this.#now()),
    };
  }

  async #readOnce(found: FoundRun): Promise<ReadResult> {
    const known = this.#read.get(found.directory);
    if (known?.state === found.state) return known.read;
    const read = await readListed(found.directory);
    this.#read.set(found.directory, { state: found.state, read });
    return read;
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
    return judgedContent(await readRun(directory));
  } catch (error) {
    if (!(error instanceof RollgateError)) throw error;
    const line = error.place?.line;
    const where = line === undefined ? '' : `${RUN_FOLDER.events}:${line}: `;
    return { kind: 'unreadable', why: `${where}${error.message.replaceAll(`${directory}/`, '')}` };
  }
}

function judgedContent(events: readonly RunEvent[]): Extract<ReadResult, { kind: 'run' }> {
  const start = events.find((event) => event.type === 'run-started');
  const pause = events.findLast(
    (event) => event.type === 'run-paused' || event.type === 'run-resumed',
  );
  return {
    kind: 'run',
    startedAt: start?.time ?? '',
    verdict: judge(events),
    ended: events.at(-1)?.type === 'run-finished',
    held: pause?.type === 'run-paused',
  };
}

/** The path of a run's events. */
export function eventsOf({ directory }: FoundRun): string {
  return join(directory, RUN_FOLDER.events);
}
