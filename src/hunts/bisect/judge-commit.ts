import type { Verdict } from '../../verdict/schema/verdict.ts';
import { findCause, worstCause, type WantedCause } from './cause.ts';

/** Git's words for a commit. */
export type Word = 'good' | 'bad' | 'skip';

export interface Said {
  readonly word: Word;
  readonly why: string;
}

/**
 * The result of a run for its commit. Only the wanted cause makes the commit bad. Only proof of the
 * scenario's requirements makes it good. A run that fails in another way does not show whether it
 * has the cause too.
 */
export function wordFor(verdict: Verdict, wanted: WantedCause): Said {
  const cause = findCause(verdict, wanted);
  if (cause !== undefined) return { word: 'bad', why: cause.title };
  if (verdict.outcome === 'passed') return { word: 'good', why: 'passed' };
  const other = worstCause(verdict);
  return {
    word: 'skip',
    why:
      other === undefined
        ? (verdict.reasons[0] ?? `the run ended as ${verdict.outcome}`)
        : `fails otherwise: ${other.title}`,
  };
}
