import { RollgateError, messageOf } from '../errors.ts';
import { setTimeout as delay } from 'node:timers/promises';

export interface WaitOptions {
  /** What is waited for, as the end of "waited … for". */
  readonly what: string;
  readonly limitSeconds: number;
  readonly everyMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** The error's code, `timed-out` unless told. */
  readonly code?: string;
  readonly hint?: string;
}

/** What a look found: the value that was waited for, or why not yet. */
export type Look<T> = { readonly value: T } | { readonly notYet: string };

/**
 * Looks again and again until the value is there. An error that a look throws counts as "not
 * yet", unless it is a RollgateError: that ends the wait.
 * @throws RollgateError `timed-out` with what was waited for and what the last look saw.
 */
export async function waitFor<T>(options: WaitOptions, look: () => Promise<Look<T>>): Promise<T> {
  const deadline = performance.now() + options.limitSeconds * 1000;
  let seen = 'nothing yet';
  for (;;) {
    options.signal?.throwIfAborted();
    try {
      const found = await look();
      if ('value' in found) return found.value;
      seen = found.notYet;
    } catch (error) {
      if (error instanceof RollgateError) throw error;
      seen = messageOf(error);
    }
    if (performance.now() >= deadline) {
      throw new RollgateError(
        options.code ?? 'timed-out',
        `waited ${options.limitSeconds} s for ${options.what}; last seen: ${seen}`,
        options.hint === undefined ? {} : { hint: options.hint },
      );
    }
    await delay(
      options.everyMs ?? 100,
      undefined,
      options.signal ? { signal: options.signal } : {},
    );
  }
}
