import type { RunEvent } from '../../events/event.ts';
import type { Verdict } from '../schema/verdict.ts';

/**
 * The initial database of a lab, and the durations of its migrations; `undefined` for an empty one.
 */
export function readDatabase(events: readonly RunEvent[]): Verdict['database'] {
  const loaded = events.find((event) => event.type === 'database-loaded');
  if (loaded === undefined) return undefined;
  const moved = events.findLast(
    (event) =>
      event.type === 'schema-seen' && event.release === 'target' && event.seconds !== undefined,
  );
  const after = moved?.type === 'schema-seen' ? moved : undefined;
  return {
    file: loaded.file,
    fileBytes: loaded.bytes,
    revision: loaded.revision,
    rows: loaded.rows,
    loadSeconds: loaded.loadSeconds,
    baseSyncSeconds: loaded.syncSeconds,
    targetSyncSeconds: after?.seconds ?? null,
    bytesBefore: loaded.databaseBytes,
    bytesAfter: after?.databaseBytes ?? null,
  };
}
