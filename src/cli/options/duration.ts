import { RollgateError } from '../../errors.ts';
import { shortened } from '../../text/shortened.ts';

const SECONDS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600 };
const LONGEST_SECONDS = 7 * 24 * 3600;

/**
 * Seconds of `90`, `90s`, `15m` or `2h`.
 *
 * @throws RollgateError `invalid-option` for anything else, and above a week.
 */
export function durationIn(option: string): (text: string) => number {
  return (text) => {
    const [, number, unit = ''] = /^(\d+(?:\.\d+)?)([smh]?)$/.exec(text) ?? [];
    const seconds = Number(number) * (SECONDS[unit] ?? 1);
    if (seconds >= 0 && seconds <= LONGEST_SECONDS) return seconds;
    throw new RollgateError(
      'invalid-option',
      `${option}: expected e.g. 90s, 15m or 2h, found ${JSON.stringify(shortened(text))}`,
      { kind: 'usage', hint: 'A week is the longest.' },
    );
  };
}
