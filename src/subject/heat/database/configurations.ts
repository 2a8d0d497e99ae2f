import type { Database } from '../../../infra/mysql.ts';
import { CONFIG, KEPT } from '../api/template.ts';

/**
 * A software configuration that Heat made for a resource. As a server or a volume would, it exists
 * outside the stack and has its own row.
 */
export interface Configuration {
  /** The id of the stack. */
  readonly stack: string;
  readonly name: string;
  /** The deletion of its stack has to keep it. */
  readonly isRetained: boolean;
}

/**
 * The configurations of the load's stacks, also of deleted ones. Their names are made from those of
 * stack and resource (heat/engine/resource.py, `physical_resource_name`).
 */
export async function readConfigurations(
  database: Pick<Database, 'query'>,
): Promise<readonly Configuration[]> {
  const isOf = (resource: string): string => `c.name LIKE CONCAT(s.name, '-${resource}-%')`;
  const rows = await database.query(
    `SELECT s.id, c.name, ${isOf(KEPT)} FROM software_config c ` +
      `JOIN stack s ON ${isOf(KEPT)} OR ${isOf(CONFIG)}`,
  );
  return rows.map(([stack, name, isRetained]) => ({
    stack: stack ?? '',
    name: name ?? '',
    isRetained: isRetained === '1',
  }));
}
