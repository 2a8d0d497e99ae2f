import type { UnfinishedPart } from '../../../events/event.ts';
import type { Database } from '../../../infra/mysql.ts';

export type Blocked = NonNullable<UnfinishedPart['blocked']>;

/**
 * The resources that have reported to a sync point, as heat/engine/sync_point.py writes them: until
 * 25 `tuple:(59, True)`, from 26 on `tuple:(59, True, 'resource')` (heat/engine/stack.py,
 * ConvergenceNode). Neither can read the other's form, so it waits for a report that is already
 * there.
 */
const REPORTER = /tuple:\(\d+, (?:True|False)(?<type>, '\w+')?\)/g;

const BY =
  'a sync point that engines of two versions wrote has entries that one of them cannot read';
const AVOIDED_BY = 'a new vhost for the target, so that no stack is worked on by both versions';

/**
 * The resources of a stack and its nested stacks whose sync point was written in both forms.
 *
 * @returns By the resource's number.
 */
export async function blockedBySyncPoints(
  database: Pick<Database, 'query'>,
  stackId: string,
): Promise<ReadonlyMap<string, Blocked>> {
  const rows = await database.query(
    'SELECT p.entity_id, p.input_data FROM sync_point p ' +
      'JOIN stack t ON t.id = p.stack_id AND t.current_traversal = p.traversal_id ' +
      `WHERE p.stack_id IN (SELECT stack_id FROM resource WHERE root_stack_id = '${stackId}') ` +
      `OR p.stack_id = '${stackId}'`,
  );
  return new Map(
    rows.flatMap(([entity, data]) => {
      const reporters = [...(data ?? '').matchAll(REPORTER)];
      const typed = reporters.filter(({ groups }) => groups?.['type'] !== undefined);
      if (entity == null || typed.length === 0 || typed.length === reporters.length) return [];
      const detail = reporters.map(([text]) => text).join(' beside ');
      return [[entity, { by: BY, detail, avoidedBy: AVOIDED_BY }] as const];
    }),
  );
}

export function blockedPart(blocked: Blocked | undefined): Pick<UnfinishedPart, 'blocked'> {
  return blocked === undefined ? {} : { blocked };
}
