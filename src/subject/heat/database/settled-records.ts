import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../../../infra/mysql.ts';
import { checkRecords, type RecordResult, type StackRecord } from './records.ts';

/** Heat may remove a row a moment after its API no longer shows the stack. */
const LOOKS = 4;
const PAUSE_MS = 1000;

/**
 * Checks the records of settled stacks, and repeats a failed check, because a row may be about to
 * be removed.
 *
 * @param open Ids of stacks whose last operation is stuck or got no answer.
 * @throws The signal's reason.
 */
export async function checkSettledRecords(
  database: Pick<Database, 'query'>,
  records: readonly StackRecord[],
  { open, signal }: { readonly open: readonly string[]; readonly signal: AbortSignal },
): Promise<readonly RecordResult[]> {
  if (records.length === 0) return [];
  let checks = await checkRecords(database, records, open);
  for (let looks = 1; looks < LOOKS && checks.some(({ ok }) => !ok); looks += 1) {
    await delay(PAUSE_MS, undefined, { signal });
    checks = await checkRecords(database, records, open);
  }
  return checks;
}
