import { RollgateError } from '../errors.ts';

/**
 * Runs a call of the library. Its error has everything in the message, see `withAll`.
 *
 * @throws What the call throws.
 */
export async function inFull<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw error instanceof RollgateError ? withAll(error) : error;
  }
}

/**
 * An error with its detail and its hint in the message too, because Vitest and Jest print nothing
 * else. Runners that print properties do not repeat them.
 */
export function withAll(error: RollgateError): RollgateError {
  const { message, detail, hint } = error;
  const added = [detail?.trimEnd(), hint === undefined ? undefined : `hint: ${hint}`]
    .filter((part) => part !== undefined)
    .filter((part) => !message.includes(part));
  if (added.length > 0) {
    const all = [message, ...added].join('\n');
    const stack = error.stack?.replace(message, () => all);
    if (stack !== undefined) error.stack = stack;
    error.message = all;
  }
  for (const name of ['detail', 'hint']) Object.defineProperty(error, name, { enumerable: false });
  return error;
}
