import { judge } from '../../../src/verdict/judge.ts';
import type { Clause, TagName } from '../../../src/verdict/schema/verdict.ts';
import type { Story } from '../stream.ts';

/** A clause of a tag, as a story ends. */
export function clauseIn({ events }: Story, tag: TagName, id: string): Clause | undefined {
  return judge(events).tags[tag].clauses.find((clause) => clause.id === id);
}
