import type { Legacy, Link } from '../subject/load.ts';
import type { Verdict } from '../verdict/schema/verdict.ts';

/** The part of a run's result that decides whether another run follows. */
interface Ended {
  readonly verdict: Pick<Verdict, 'ended'>;
  /** The objects that the load leaves to the next run on the lab. */
  readonly legacy: Legacy | undefined;
}

/**
 * Carries out the hops of a chain, one after the other. Each gets the objects that the load of the
 * previous one left. A hop that did not reach its end is the last: the state of the lab is then
 * unknown.
 *
 * @param carryOut Carries out one hop. `link` is its place in the chain; absent for a single hop.
 * @returns A result for each hop that was begun.
 */
export async function carryOutInTurn<Hop, Result extends Ended>(
  hops: readonly Hop[],
  carryOut: (hop: Hop, index: number, link: Link | undefined) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const [index, hop] of hops.entries()) {
    const legacy = results.at(-1)?.legacy;
    const link = hops.length === 1 ? undefined : { legacy, last: index === hops.length - 1 };
    const result = await carryOut(hop, index, link);
    results.push(result);
    if (result.verdict.ended !== 'completed') break;
  }
  return results;
}
