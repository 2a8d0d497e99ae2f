import { clientAt, databaseSize } from '../../lab/deployment/own-database.ts';
import { parseRan } from '../../observe/logs/ran.ts';
import {
  IDLE_MS,
  serverWork,
  serverWorkSql,
  watchTables,
} from '../../observe/watches/table-waits.ts';
import type { Action } from '../../plan/step.ts';
import type { ReleaseRef } from '../../release/release.ts';
import type { RunContext } from '../context.ts';

/** Moves the schema, and emits where it is then. */
export async function migrate(
  { side }: Extract<Action, { kind: 'db-sync' }>,
  { plan, lab, emit, now, signal }: RunContext,
): Promise<void> {
  const began = now();
  const { baseVhost: vhost, migrateSeconds } = plan;
  const output = await whileTablesAreWatched({ lab, emit, now }, () =>
    lab.migrate(plan[side], { vhost, side, migrateSeconds }, signal),
  );
  emitRan(output, plan[side], { emit, now });
  const seconds = (now() - began) / 1000;
  const revision = await lab.subject.schemaRevision(lab.database);
  // The size of an empty database is meaningless.
  const size = lab.loaded === undefined ? {} : { databaseBytes: (await databaseSize(lab)).bytes };
  emit({ type: 'schema-seen', at: now(), release: side, revision, seconds, ...size });
}

/** Migrates, and reports which tables queries of the services waited for meanwhile. */
async function whileTablesAreWatched<T>(
  { lab, emit, now }: Pick<RunContext, 'lab' | 'emit' | 'now'>,
  task: () => Promise<T>,
): Promise<T> {
  const sql = serverWorkSql(lab.subject.databaseName);
  const names = new Map<string, string>();
  const nameOf = async (address: string): Promise<string> => {
    const name = names.get(address) ?? (await clientAt(lab, address));
    names.set(address, name);
    return name;
  };
  const watch = watchTables({
    emit,
    now,
    async work(signal) {
      const { queries, idle } = serverWork(await lab.database.query(sql, signal));
      const long = idle.filter(({ idleMs }) => idleMs >= IDLE_MS);
      return {
        queries,
        idle: await Promise.all(
          long.map(async (one) => ({ ...one, host: await nameOf(one.host) })),
        ),
      };
    },
  });
  try {
    return await task();
  } finally {
    await watch.stop();
  }
}

export async function migrateData(
  { side }: Extract<Action, { kind: 'migrate-data' }>,
  { plan, lab, emit, now, signal }: RunContext,
): Promise<void> {
  const { baseVhost: vhost, migrateSeconds } = plan;
  const output = await lab.migrateData(plan[side], { vhost, side, migrateSeconds }, signal);
  emitRan(output, plan[side], { emit, now });
}

/** Reports the changed lines that ran in a container whose log the run does not follow. */
function emitRan(
  output: string,
  { version }: ReleaseRef,
  { emit, now }: Pick<RunContext, 'emit' | 'now'>,
): void {
  for (const line of output.split('\n')) {
    const ran = parseRan(line);
    if (ran === undefined) continue;
    emit({ at: now(), node: 'schema', service: 'db-sync', version, ...ran });
  }
}
