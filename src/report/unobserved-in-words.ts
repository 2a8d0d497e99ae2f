import { counted } from '../text/counted.ts';
import { lengthOf } from '../verdict/history/interval.ts';
import type { Unobserved } from '../verdict/schema/verdict.ts';

/** `34.0 s of the cloud, 23 requests, 1 source`: the amounts that a watch did not observe. */
export function unobservedInWords(all: readonly Unobserved[]): string {
  const of = (what: Unobserved['what']) => all.filter((one) => one.what === what);
  const cloud = of('cloud');
  const requests = of('answers').reduce((sum, one) => sum + one.requests, 0);
  const sources = of('source');
  return [
    ...(cloud.length === 0 ? [] : [`${(lengthOf(cloud) / 1000).toFixed(1)} s of the cloud`]),
    ...(requests === 0 ? [] : [counted(requests, 'request')]),
    ...(sources.length === 0 ? [] : [counted(sources.length, 'source')]),
  ].join(', ');
}
