import { stripVTControlCharacters } from 'node:util';

/** The progress of building an image. */
export interface BuildProgress {
  /** The image's name, `heat:2025.1`; absent if all are meant. */
  readonly image?: string;
  readonly phase: 'wait' | 'pull' | 'bootstrap' | 'build' | 'check' | 'done';
  /** A whole sentence for a person, with the image's name. */
  readonly line: string;
  /** Since the build of the image began. */
  readonly seconds: number;
}

export type ProgressListener = (progress: BuildProgress) => void;

/** How often the output of a running phase is passed on. */
const DETAIL_INTERVAL_SECONDS = 10;

/** Reports the progress of one image: each phase once, and occasionally a line of its output. */
export class ImageProgress {
  readonly #image: string;
  readonly #listener: ProgressListener;
  readonly #now: () => number;
  readonly #began: number;
  #lastAt: number;
  #phase: BuildProgress['phase'] = 'wait';

  /** @param now Seconds on a monotonic clock. */
  constructor(
    image: string,
    listener: ProgressListener = () => undefined,
    now: () => number = () => performance.now() / 1000,
  ) {
    this.#image = image;
    this.#listener = listener;
    this.#now = now;
    this.#began = now();
    this.#lastAt = this.#began;
  }

  get seconds(): number {
    return this.#now() - this.#began;
  }

  enter(phase: BuildProgress['phase'], what: string): void {
    this.#phase = phase;
    this.#report(`${this.#image}: ${what}`);
  }

  /** A line of output of the current phase. */
  detail(text: string): void {
    const line = stripVTControlCharacters(text).trim();
    if (line === '' || this.#now() - this.#lastAt < DETAIL_INTERVAL_SECONDS) return;
    this.#report(`${this.#image}: ${Math.round(this.seconds)} s, ${line}`);
  }

  #report(line: string): void {
    this.#lastAt = this.#now();
    this.#listener({ image: this.#image, phase: this.#phase, line, seconds: this.seconds });
  }
}
