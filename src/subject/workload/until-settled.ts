import { setTimeout as delay } from 'node:timers/promises';
import { RollgateError } from '../../errors.ts';
import type { WorkloadContext } from '../load.ts';

/** The wait ends this long after the last swap, even if operations still make progress. */
const SETTLE_LIMIT_SECONDS = 600;

export interface SettleWait {
  readonly context: Pick<WorkloadContext, 'now' | 'ledger'>;
  /** Looks at the objects: one that makes no progress is stuck. */
  readonly look: () => Promise<void>;
  /** The end of all lifecycles. */
  readonly allOver: Promise<unknown>;
  /** Reads the states of the objects until they are over. */
  readonly lists: Promise<unknown> | undefined;
  readonly everyMs: number;
}

/**
 * Looks again and again until all lifecycles are over.
 *
 * @throws RollgateError `not-settled`. @throws The error that ended the lists early: every object
 * would look stuck.
 */
export async function untilSettled(
  { context, look, allOver, lists, everyMs }: SettleWait,
  signal: AbortSignal,
): Promise<void> {
  const deadline = context.now() + SETTLE_LIMIT_SECONDS * 1000;
  const over = allOver.then(() => true);
  const ended = Promise.race([over, (lists ?? over).then(() => over)]);
  ended.catch(() => undefined);
  do {
    signal.throwIfAborted();
    await look();
    if (context.now() > deadline) {
      throw new RollgateError(
        'not-settled',
        `${context.ledger.open().length} operations still made progress ` +
          `${SETTLE_LIMIT_SECONDS} s after the load ended`,
      );
    }
  } while (!(await Promise.race([ended, delay(everyMs, false, { signal })])));
}
