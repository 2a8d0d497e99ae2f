import type { Ledger } from '../history/ledger.ts';
import type { Services } from '../history/services/services.ts';
import type { UnseenPair, Verdict } from '../schema/verdict.ts';

/**
 * Pairs of releases that a rolling upgrade allows but the run did not show. An api of one version
 * makes an object, and an api of the other changes or deletes it. The load balancer chooses the api
 * of a request, and some choreographies leave no time for a pair.
 */
export function unseenPairs(
  { nothingNew, labels }: Pick<Services, 'nothingNew' | 'labels'>,
  { matrix }: Ledger,
): readonly UnseenPair[] {
  if (nothingNew) return [];
  const wanted = [
    { madeBy: labels.base, by: labels.target },
    { madeBy: labels.target, by: labels.base },
  ].flatMap((pair) => [
    { ...pair, action: 'change' as const },
    { ...pair, action: 'delete' as const },
  ]);
  return wanted.filter(
    ({ madeBy, by, action }) =>
      !matrix.some(
        (cell) =>
          cell.madeBy === madeBy &&
          cell.changedBy === by &&
          (cell.action === 'delete') === (action === 'delete'),
      ),
  );
}

/** `stacks of 24.0.0 deleted by 26.0.1; of 26.0.1 changed or deleted by 24.0.0`. */
export function describePairs({
  unseenPairs: pairs,
  noun,
}: Pick<Verdict, 'unseenPairs' | 'noun'>): string {
  const groups = [...Map.groupBy(pairs, ({ madeBy, by }) => `${madeBy} ${by}`).values()];
  const texts = groups.flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const verbs = own.map(({ action }) => (action === 'delete' ? 'deleted' : 'changed'));
    return [`of ${first.madeBy} ${verbs.join(' or ')} by ${first.by}`];
  });
  return `${noun}s ${texts.join('; ')}`;
}
