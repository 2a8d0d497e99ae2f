import { setTimeout as delay } from 'node:timers/promises';
import type { ErrorCode } from '../error-codes.ts';
import { RollgateError, messageOf } from '../errors.ts';

export interface WaitOptions {
  /** The awaited thing, as the end of "waited … for". */
  readonly what: string;
  readonly limitSeconds: number;
  readonly everyMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** The error's code. Default: `timed-out`. */
  readonly code?: ErrorCode;
  readonly hint?: string;
}

/** The result of a check: the awaited value, or the reason why it is not there yet. */
export type Look<T> = { readonly value: T } | { readonly notYet: string };

/**
 * Checks repeatedly until the value is there. An error of a check counts as "not yet". A
 * RollgateError ends the wait, unless it only says that a service gave no answer (`PASSING`). At the limit or the abort, an unfinished check is abandoned.
 *
 * @throws RollgateError `timed-out` with the awaited thing and the result of the last check; the
 * signal's reason.
 */
export async function waitFor<T>(options: WaitOptions, look: () => Promise<Look<T>>): Promise<T> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), options.limitSeconds * 1000);
  const over = AbortSignal.any([limit.signal, ...(options.signal ? [options.signal] : [])]);
  const { promise: ended, reject: end } = Promise.withResolvers<never>();
  ended.catch(() => undefined);
  const onOver = (): void => end(over.reason);
  over.addEventListener('abort', onOver, { once: true });
  let seen = 'nothing yet';
  try {
    for (;;) {
      options.signal?.throwIfAborted();
      const found = await Promise.race([attempt(look), ended]).catch((error: unknown): Look<T> => {
        if (over.aborted) return { notYet: seen };
        throw error;
      });
      if ('value' in found) return found.value;
      seen = found.notYet;
      if (!over.aborted) await Promise.race([delay(options.everyMs ?? 100), ended]).catch(() => {});
      options.signal?.throwIfAborted();
      if (limit.signal.aborted) throw timedOut(options, seen);
    }
  } finally {
    clearTimeout(timer);
    over.removeEventListener('abort', onOver);
  }
}

/** Errors of a service that may answer the next look. */
const PASSING: readonly ErrorCode[] = ['keystone-unreachable', 'broker-unreachable'];

async function attempt<T>(look: () => Promise<Look<T>>): Promise<Look<T>> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof RollgateError && !PASSING.includes(error.code)) throw error;
    return { notYet: messageOf(error) };
  }
}

function timedOut({ limitSeconds, what, code, hint }: WaitOptions, seen: string): RollgateError {
  return new RollgateError(
    code ?? 'timed-out',
    `waited ${limitSeconds} s for ${what}; last seen: ${seen}`,
    hint === undefined ? {} : { hint },
  );
}
