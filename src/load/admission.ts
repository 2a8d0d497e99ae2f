import type { Clock } from './clock.ts';

/** Resuming all at once delayed list requests by 1 s, which the load itself caused. */
const PAUSE_MS = 500;
/**
 * With so many operations under way, the next object waits until one has ended. On two cores more
 * at a time end no sooner, and keep the API from answering.
 */
const UNDER_WAY = 6;
/** The longest wait for an object to resume: a stuck object never ends. */
const LIMIT_MS = 20_000;
/** Operations that were accepted longer ago are not waited for. */
const RECENT_MS = 30_000;

export interface PaceOptions {
  readonly clock: Clock;
  /** How many operations were accepted, so long ago at most, and have not ended. */
  readonly underWay: (withinMs: number) => number;
  readonly signal: AbortSignal;
}

/** The pause between two objects that go on once all is swapped: the pace is that of the work. */
export function releasePace({ clock, underWay, signal }: PaceOptions): () => Promise<void> {
  return async () => {
    const limit = clock.now() + LIMIT_MS;
    do await clock.sleepUntil(clock.now() + PAUSE_MS, signal);
    while (underWay(RECENT_MS) >= UNDER_WAY && clock.now() < limit && !signal.aborted);
  };
}

/** At least this many operations may be under way before arrivals are left out. */
const ADMITTED = 16;
/** And as many as are begun in this time: an operation takes some seconds where the machine keeps up. */
const ADMITTED_SECONDS = 40;

export interface AdmissionOptions {
  /** Objects per second that are asked for. */
  readonly rate: number;
  /** How many operations were accepted and have not ended. */
  readonly underWay: () => number;
  /** Hears why objects are left out: when the first one is, and when they are begun again. */
  readonly leftOut: (why: string) => void;
}

/**
 * Whether one more object may start. A machine that is too slow for the rate would get ever more
 * operations under way, and do nothing else.
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
      if (this.#left > 0) leftOut(`${this.#left} were due meanwhile; now they are begun again`);
      this.#left = 0;
      return true;
    }
    if (this.#left === 0) {
      leftOut(`${this.#most} operations are under way: less is done than ${rate} a second ask for`);
    }
    this.#left += 1;
    return false;
  }
}
