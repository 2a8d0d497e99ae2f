import type { Database } from '../../../infra/mysql.ts';
import type { StackIdentity } from '../api/answers.ts';
import { lastEvents, haltedTraversal, type HaltedTraversal } from './progress.ts';
import type { RecordResult, StackRecord } from './records.ts';
import { checkSettledRecords } from './settled-records.ts';

/** The readable part of Heat's own records of stacks. */
export interface StackRecords {
  /**
   * When each of these last made progress, in milliseconds since the epoch, by the stack's id. The
   * map may contain more stacks.
   */
  lastEvents(stacks: readonly StackIdentity[]): Promise<ReadonlyMap<string, number>>;
  /** The unfinished parts of a stalled stack. */
  haltedTraversal(stack: StackIdentity): Promise<HaltedTraversal>;
  /**
   * Looks for remains of settled stacks.
   * @param options.open Ids of stacks whose last operation is stuck or got no answer.
   */
  check(
    stacks: readonly StackRecord[],
    options: { readonly open: readonly string[]; readonly signal: AbortSignal },
  ): Promise<readonly RecordResult[]>;
}

/** As Heat's database has it. */
export function databaseRecords(database: Pick<Database, 'query'>): StackRecords {
  return {
    lastEvents: () => lastEvents(database),
    haltedTraversal: ({ id }) => haltedTraversal(database, id),
    check: (stacks, options) => checkSettledRecords(database, stacks, options),
  };
}
