import { randomBytes } from 'node:crypto';

/** `run-k3j9x`: short, and unlikely to be there already. */
export function randomLabName(prefix: string): string {
  return `${prefix}-${randomBytes(4).toString('hex')}`;
}
