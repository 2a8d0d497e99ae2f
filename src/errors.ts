import { getSystemErrorMap, types } from 'node:util';
import type { ErrorCode } from './error-codes.ts';

/**
 * Who has to act: the user (`usage`: exit status 104), the machine or the harness (`harness`: 1),
 * or, after a signal, no one (`aborted`: 105).
 */
export type ErrorKind = 'usage' | 'harness' | 'aborted';

/** A position in a file of the user. */
export interface Place {
  /** Its path, relative to the working directory if it is below it. */
  readonly file: string;
  /** 1-based. */
  readonly line?: number;
  /** 1-based. */
  readonly column?: number;
}

/**
 * The parts of an error besides its code and its message.
 *
 * ```ts
 * import { RollgateError } from 'rollgate';
 *
 * export const error = new RollgateError('no-run', 'there is no run in runs/nightly', {
 *   kind: 'usage',
 *   hint: 'Name the folder that a run left.',
 * });
 * ```
 */
export interface RollgateErrorOptions {
  /** Who has to act. Default: `harness`. */
  readonly kind?: ErrorKind;
  /** The next action, as one imperative sentence or a few lines. */
  readonly hint?: string;
  /** Where in the user's file the mistake is. */
  readonly place?: Place;
  /** The error behind this one. */
  readonly cause?: unknown;
  /** The last lines of a log or of a command's output that show the failure. */
  readonly detail?: string;
}

/**
 * The one error that rollgate throws on purpose; anything else is a bug.
 *
 * ```ts
 * import { Lab, RollgateError } from 'rollgate';
 *
 * try {
 *   await Lab.start({ series: '2025.1', setup: 'none' });
 * } catch (error) {
 *   if (!(error instanceof RollgateError)) throw error;
 *   console.error(error.code, error.message);
 * }
 * ```
 */
export class RollgateError extends Error {
  /** Recognizes the error without `instanceof`. */
  override readonly name = 'RollgateError';
  /** Stable; docs/errors.md explains each. */
  readonly code: ErrorCode;
  /** Who has to act. */
  readonly kind: ErrorKind;
  /** The next action. An error of a call of the library has it in the message too. */
  readonly hint: string | undefined;
  /** Where in the user's file the mistake is. */
  readonly place: Place | undefined;
  /** The last lines of a log or of a command's output that show the failure. */
  readonly detail: string | undefined;

  constructor(code: ErrorCode, message: string, options: RollgateErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.kind = options.kind ?? 'harness';
    this.hint = options.hint;
    this.place = options.place;
    this.detail = options.detail;
  }
}

/**
 * Whether a thrown value is an error of any realm. Jest runs tests in a separate realm, in which
 * Node's errors are not instances of `Error`.
 */
export function isError(thrown: unknown): thrown is Error {
  return thrown instanceof Error || types.isNativeError(thrown);
}

/**
 * Why the operating system refused something, in plain words: `permission denied`. The message of
 * any other error.
 */
export function reasonOf(error: unknown): string {
  if (!isError(error) || !('errno' in error) || typeof error.errno !== 'number') {
    return messageOf(error);
  }
  const [, words] = getSystemErrorMap().get(error.errno) ?? [];
  return words ?? messageOf(error);
}

/**
 * Whether an error says that a file is missing: an error of Node, of `files/read.ts`, or of execa if
 * the program is missing.
 */
export function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT' || (error instanceof RollgateError && isMissing(error.cause));
}

/** The code of an error of the operating system, e.g. `EACCES`. */
export function codeOf(error: unknown): string | undefined {
  return isError(error) && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}

/** The message of any thrown value. */
export function messageOf(error: unknown): string {
  if (!isError(error)) return String(error);
  // Node's fetch only says that it failed; the reason is in the cause.
  const { message, cause } = error;
  return message === 'fetch failed' && isError(cause) ? messageOf(cause) : message;
}
