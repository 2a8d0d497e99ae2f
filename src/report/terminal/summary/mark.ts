import type { Status } from '../../../verdict/schema/verdict.ts';
import type { Style } from '../../line.ts';

/** How a status is marked. */
export const SIGN = {
  proven: { text: '✔', style: 'good' },
  failed: { text: '✘', style: 'bad' },
  'not-proven': { text: '?', style: 'warn' },
} as const satisfies Record<Status, { text: string; style: Style }>;
