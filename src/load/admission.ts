import type { Clock } from './clock.ts';

/** Resuming all at once delayed list requests by 1 s, which the load itself caused. */
const PAUSE_MS = 500;
/**
 * With this many operations in progress, the next object waits until one has ended. On two cores,
 * more at a time would not finish sooner, and would keep the API from answering.
 */
const UNDER_WAY = 6;
/** The longest wait before an object resumes, because a stuck object never ends. */
const LIMIT_MS = 20_000;
/** The wait ignores operations that were accepted longer ago. */
const RECENT_MS = 30_000;

export interface PaceOptions {
  readonly clock: Clock;
  /** How many operations were accepted at most this long ago and have not ended. */
  readonly underWay: (withinMs: number) => number;
  readonly signal: AbortSignal;
}

/** The pause between two objects that resume after the last swap: the pace is that of the work. */
export function releasePace({ clock, underWay, signal }: PaceOptions): () => Promise<void> {
  return async () => {
    const limit = clock.now() + LIMIT_MS;
    do await clock.sleepUntil(clock.now() + PAUSE_MS, signal);
    while (underWay(RECENT_MS) >= UNDER_WAY && clock.now() < limit && !signal.aborted);
  };
}

/** At least this many operations may be in progress before arrivals are left out. */
const ADMITTED = 16;
/**
 * In addition, the number that begins in this time: an operation takes some seconds if the machine
 * keeps up.
 */
const ADMITTED_SECONDS = 40;

export interface AdmissionOptions {
  /** The requested objects per second. */
  readonly rate: number;
  /** How many operations were accepted and have not ended. */
  readonly underWay: () => number;
  /**
   * Gets the reason when the first object is left out. Gets a message and their number when objects
   * are begun again.
   */
  readonly leftOut: (why: string, objects?: number) => void;
}

/**
 * Whether one more object may start. Otherwise a machine that is too slow for the rate would have
 * more and more operations in progress.
 */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #most: number;
  #left = 0;

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#most = Math.max(ADMITTED, Math.ceil(options.rate * ADMITTED_SECONDS));
  }

  admits(): boolean {
    const { rate, underWay, leftOut } = this.#options;
    if (underWay() < this.#most) {
      this.#report('now they are begun again');
      return true;
    }
    if (this.#left === 0) {
      leftOut(`${this.#most} operations are under way: less is done than ${rate} a second ask for`);
    }
    this.#left += 1;
    return false;
  }

  /** No more objects are due. */
  end(): void {
    this.#report('no more are begun');
  }

  #report(now: string): void {
    const left = this.#left;
    this.#left = 0;
    if (left > 0) this.#options.leftOut(`${left} were due meanwhile; ${now}`, left);
  }
}
