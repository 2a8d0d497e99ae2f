import type { EventOf } from '../../events/event.ts';
import type { Clause } from '../schema/verdict.ts';

/** What a watch cannot see, for each clause that only a lab can prove; by the clause's id. */
const NEEDS: Readonly<Record<string, string>> = {
  'services-at-target': 'which version each service runs',
  'stops-gracefully': 'how services stop',
  'schema-moved': 'the database’s schema',
  'configuration-unchanged': 'the services’ configuration',
  'mixed-served': 'which version answered a request',
  'mixed-worked': 'which version did the work',
  'versions-understand-each-other': 'the services’ logs',
};

/**
 * The clauses of a watched cloud. A clause that the API cannot show is not proven, with that
 * reason.
 */
export function withinSight(
  clauses: readonly Clause[],
  { watched }: EventOf<'run-started'>,
): readonly Clause[] {
  if (watched === undefined) return clauses;
  return clauses.map((clause) => {
    const needed = NEEDS[clause.id];
    if (needed === undefined) return clause;
    return {
      ...clause,
      status: 'not-proven',
      evidence: [`A watch sees only the API. It does not see ${needed}: that takes a lab.`],
    };
  });
}
