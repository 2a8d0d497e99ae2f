import { messageOf, RollgateError } from '../../errors.ts';
import type { Step } from '../../plan/step.ts';
import type { RunContext } from '../context.ts';
import { ScriptCalls } from './script.ts';

/**
 * Calls the function of the program that called the library. Each of its calls is a separate step,
 * and is refused if the lab cannot do it, as with a script.
 *
 * @throws RollgateError `roll-failed`, `script-left-undone`.
 */
export async function carryOutRoll(
  step: Extract<Step, { kind: 'script' }>,
  context: Pick<RunContext, 'plan' | 'lab' | 'own' | 'signal'>,
  carryOut: (step: Step) => Promise<void>,
): Promise<void> {
  const { roll } = context.own;
  if (roll === undefined) {
    throw new RollgateError('roll-failed', 'the function that rolls the lab is not there');
  }
  const calls = new ScriptCalls(step, context, carryOut);
  /** Calls under way. */
  const open = new Set<Promise<unknown>>();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(context.signal.reason);
  context.signal.addEventListener('abort', onAbort, { once: true });
  aborted.catch(() => undefined);
  try {
    const rolled = roll(async (call) => {
      const end = calls.carryOut(call);
      open.add(end);
      const close = (): void => void open.delete(end);
      // Calls that the function did not await are awaited below.
      end.then(close, close);
      await end;
    });
    await Promise.race([rolled, aborted]);
    await Promise.all(open);
    calls.end();
  } catch (error) {
    if (context.signal.aborted || error instanceof RollgateError) throw error;
    throw new RollgateError(
      'roll-failed',
      `the function that rolls the lab threw: ${messageOf(error)}`,
      {
        cause: error,
      },
    );
  } finally {
    calls.close();
    context.signal.removeEventListener('abort', onAbort);
    await Promise.allSettled(open);
  }
}
