import type { Tag } from '../verdict/schema/verdict.ts';

/** What a tag lacks: its own clauses if there are any, otherwise the tag that it builds on. */
export function whyUnmet({ status, clauses }: Tag): string {
  if (status === 'proven') return '';
  const unmet = clauses.filter((clause) => clause.status === status);
  const own = unmet.find(({ id }) => !id.startsWith('holds-'));
  if (own !== undefined) return `${own.id}: ${own.evidence[0] ?? ''}`;
  const [below] = unmet;
  return below === undefined ? '' : `${below.title.toLowerCase()}: ${below.status}`;
}
