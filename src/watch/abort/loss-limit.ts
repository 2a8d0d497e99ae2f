import { RollgateError } from '../../errors.ts';
import type { RunEvent } from '../../events/event.ts';
import { shortened } from '../../text/shortened.ts';

/** This many lost requests within this time are too many. */
export interface LossLimit {
  readonly lost: number;
  readonly seconds: number;
}

/** Watches the events for more losses than the limit allows. */
export class LossWindow {
  readonly #limit: LossLimit;
  #times: number[] = [];
  #reported = false;

  constructor(limit: LossLimit) {
    this.#limit = limit;
  }

  /**
   * @returns Why the upgrade has to stop, once: when the limit is reached. Controls do not count,
   * because their losses are trouble of the observer.
   */
  see(event: RunEvent): RollgateError | undefined {
    if (this.#reported || event.type !== 'request') return undefined;
    if (event.control === true || event.outcome === 'served') return undefined;
    const { lost, seconds } = this.#limit;
    this.#times.push(event.at);
    this.#times = this.#times.filter((at) => at > event.at - seconds * 1000);
    if (this.#times.length < lost) return undefined;
    this.#reported = true;
    return new RollgateError(
      'too-many-lost',
      `${this.#times.length} requests were lost within ${seconds} s, the last ${event.operation}: ${event.outcome}`,
      { hint: 'The limit is that of --abort-after.' },
    );
  }
}

/** @throws RollgateError `invalid-option` if it is not of the form `20/10s`. */
export function lossLimitIn(text: string): LossLimit {
  const [, lost, seconds] = /^(\d{1,6})\/(\d{1,5})s?$/.exec(text) ?? [];
  const limit = { lost: Number(lost), seconds: Number(seconds) };
  if (limit.lost > 0 && limit.seconds > 0) return limit;
  throw new RollgateError('invalid-option', `--abort-after: ${shortened(text)} is not a limit`, {
    kind: 'usage',
    hint: 'Write e.g. 20/10s: 20 lost requests within 10 seconds.',
  });
}
