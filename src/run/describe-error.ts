import type { ErrorCode } from '../error-codes.ts';
import { RollgateError, messageOf } from '../errors.ts';

/** An error as events have it. */
export function describeError(error: unknown): { code: ErrorCode; message: string; hint?: string } {
  if (!(error instanceof RollgateError)) return { code: 'unexpected', message: messageOf(error) };
  const { code, message, hint, detail } = error;
  return {
    code,
    message: detail === undefined ? message : `${message}\n${detail}`,
    ...(hint === undefined ? {} : { hint }),
  };
}
