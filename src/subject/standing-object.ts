import type { WaitOptions } from '../containers/wait.ts';
import { RollgateError } from '../errors.ts';
import type { HttpResult } from '../load/http/request.ts';

/** The error of a standing object that cannot be made. */
export interface StandingError {
  readonly code: NonNullable<WaitOptions['code']>;
  readonly hint: string;
}

/** How a request ended, in a few words. */
export function requestEndInWords({ outcome, status, detail }: HttpResult): string {
  return [outcome, status, detail].filter((part) => part !== undefined).join(' ');
}

/** @param noun As `node`. */
export function notMade(noun: string, why: string, { code, hint }: StandingError): RollgateError {
  return new RollgateError(code, `the ${noun} that the probes ask for: ${why}`, { hint });
}
