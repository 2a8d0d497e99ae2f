import { number } from '../../../text/counted.ts';
import { seconds } from '../../../text/seconds.ts';
import { unitInWords } from '../../../verdict/schema/noun.ts';
import type { Cause, Verdict } from '../../../verdict/schema/verdict.ts';

/** `340 ms`, `1.3 s`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`;
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : seconds(milliseconds);
}

/** Cut, not rounded: 100 % says that nothing was lost. */
export function percent(ratio: number | null): string {
  return ratio === null ? '–' : `${(Math.floor(ratio * 10_000) / 100).toFixed(2)} %`;
}

/** `6 stacks`, `1 request`. */
export function countOf(cause: Cause, noun: string): string {
  return `${number(cause.count)} ${unitInWords(cause, noun)}`;
}

/** Where a cause was seen: nodes, service, version. */
export function placeOf({ nodes, node, service, version }: Cause): string {
  const places = nodes.length > 0 ? nodes.join(', ') : (node ?? 'no single node');
  const what = [service, version].filter((part) => part !== null).join(' ');
  return what === '' ? places : `${places}: ${what}`;
}

/** A step by its id, as `4.1 swap …`. */
export function stepOf({ steps }: Verdict, id: string | null): string | null {
  const step = steps.find((one) => one.id === id);
  return step === undefined ? id : `${step.id} ${step.name}`;
}
