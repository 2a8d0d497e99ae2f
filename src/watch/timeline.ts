import type { EventSink } from '../events/event.ts';
import { sinceStart } from '../load/clock.ts';
import { MARKED_STAGE, type Mark } from '../run/mark.ts';
import { plain } from '../text/plain.ts';
import { shortened } from '../text/shortened.ts';
import { MARK } from '../words.ts';

export interface TimelineOptions {
  readonly emit: EventSink;
  /** Milliseconds since the start of the run. */
  readonly now: () => number;
  /** When the run began, in milliseconds since the epoch. */
  readonly epoch: number;
  /** The number of the first step. Default: 1. */
  readonly first?: number;
  /** The steps that an earlier watch had in progress. */
  readonly marked?: OpenStep | undefined;
}

interface StepName {
  readonly name: string;
  readonly kind: string;
  readonly stage: string;
  readonly node?: string;
  readonly service?: string;
  readonly version?: string;
}

/** A step that has begun. */
export interface OpenStep {
  readonly id: string;
  readonly from: number;
}

/** The steps of a watch: its own, and those that other tools mark. */
export class WatchSteps {
  readonly #options: TimelineOptions;
  #number: number;
  #marked: OpenStep | undefined;

  constructor(options: TimelineOptions) {
    this.#options = options;
    this.#number = options.first ?? 1;
    this.#marked = options.marked;
  }

  begin(what: StepName, at = this.#options.now()): OpenStep {
    const id = String(this.#number);
    this.#number += 1;
    this.#options.emit({ type: 'step-started', at, step: id, what });
    return { id, from: at };
  }

  finish(step: OpenStep, at = this.#options.now(), status: 'done' | 'failed' = 'done'): void {
    const seconds = Math.max(0, at - step.from) / 1000;
    this.#options.emit({ type: 'step-finished', at, step: step.id, status, seconds });
  }

  /** Runs work as a step. @throws Its error, once the step is finished as failed. */
  async during<T>(what: StepName, act: () => Promise<T>): Promise<T> {
    const step = this.begin(what);
    try {
      const result = await act();
      this.finish(step);
      return result;
    } catch (error) {
      this.finish(step, this.#options.now(), 'failed');
      throw error;
    }
  }

  /** A marked step lasts until the next mark. A mark without a text only ends it. */
  mark({ time, text, ...where }: Mark): void {
    const at = Math.max(0, sinceStart(time, this.#options.epoch));
    this.endMark(at);
    if (text === undefined) return;
    const { node, service, version } = where;
    this.#marked = this.begin(
      {
        name: shortened(plain(text)),
        kind: MARK,
        stage: MARKED_STAGE,
        ...(node === undefined ? {} : { node: plain(node) }),
        ...(service === undefined ? {} : { service: plain(service) }),
        ...(version === undefined ? {} : { version: plain(version) }),
      },
      at,
    );
  }

  /** Nothing is marked yet: a step that lasts until the first mark. */
  quiet(): void {
    const name = 'watch, nothing is marked yet';
    this.#marked ??= this.begin({ stage: 'watch', kind: 'hold', name });
  }

  endMark(at = this.#options.now()): void {
    if (this.#marked === undefined) return;
    this.finish(this.#marked, Math.max(at, this.#marked.from));
    this.#marked = undefined;
  }
}
