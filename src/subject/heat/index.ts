import { ownerLogin } from '../identity/owner.ts';
import { inventoryProgram } from '../inventory/program.ts';
import type { Subject } from '../subject.ts';
import { heatAgent } from './agent/agent.ts';
import { cloudLoad } from './cloud/cloud-load.ts';
import { followUp } from './cloud/follow-up.ts';
import { removeLeftovers } from './cloud/leftovers.ts';
import { questions } from './cloud/questions.ts';
import { readChanges } from './database/changes.ts';
import { readInFlight } from './database/in-flight.ts';
import { readLocks } from './database/locks.ts';
import { heatDatabase } from './database/seed.ts';
import { isBeyondLab } from './service/beyond-lab.ts';
import { HEAT_DATABASE, heatFiles } from './service/config.ts';
import { heatIdentity } from './service/identity.ts';
import { heatOwnImage } from './service/own-image.ts';
import { awaitServing, listEngines, VERSION_COMMAND } from './service/serving.ts';
import { tempestConf } from './service/tempest.ts';
import { heatShape } from './shape.ts';
import { heatLoad } from './workload/heat-load.ts';

/**
 * Each process of an engine writes the state of its threads when it gets SIGUSR2 (oslo_reports,
 * guru_meditation_report.py). A stop under load takes some seconds, and up to a minute if a call
 * timed out.
 */
const GURU_MEDITATION = {
  name: 'Guru Meditation Report',
  afterSeconds: 70,
  command: ['sh', '-c', 'kill -USR2 1; kill -USR2 -1'],
} as const;

function isReplyQueue(queue: string): boolean {
  return queue.startsWith('reply_');
}

/** OpenStack Heat. */
export const heat: Subject = {
  shape: heatShape,
  databaseName: HEAT_DATABASE,
  lab: '.',
  signatures: 'heat',
  image: (series) => `rollgate/heat:${series}`,
  imageRecipe: { service: 'heat', package: 'heat-common', gigabytes: 1.2 },
  ownImage: heatOwnImage,
  files: heatFiles,
  command: (kind) => [kind],
  migrateCommand: ['heat-manage', 'db_sync'],
  versionCommand: VERSION_COMMAND,
  ownDatabase: {
    tables: ['stack', 'resource', 'event', 'raw_template'],
    // JSON inside a string of SQL: its quotes are escaped.
    types: { table: 'raw_template', pattern: /\\?"type\\?": \\?"(\w+(?:::\w+)+)\\?"/g },
    // Otherwise an engine of the lab could look like one of that cloud with the same host name.
    adopt: 'DELETE FROM service',
    make: heatDatabase,
  },
  schemaRevision: async (database) => {
    // alembic from 2023.1 (Antelope) on, sqlalchemy-migrate before.
    const tables = await database.query("SHOW TABLES LIKE 'alembic_version'");
    const rows = await database.query(
      tables.length > 0
        ? 'SELECT version_num FROM alembic_version'
        : 'SELECT version FROM migrate_version',
    );
    return rows[0]?.[0] ?? 'none';
  },
  // An engine waits for its current resource action. Its `graceful_shutdown_timeout` (60 s by
  // default) does not cover that in full: the stop listens to three servers one after the other.
  stopGraceSeconds: (kind) => (kind === 'heat-engine' ? 300 : 60),
  diagnosis: (kind) => (kind === 'heat-engine' ? GURU_MEDITATION : undefined),
  preflight: {
    inventory: inventoryProgram(new URL('preflight/inventory', import.meta.url)),
    names: { package: 'heat', templates: 'heat.templates' },
  },
  identity: heatIdentity,
  user: ownerLogin,
  serviceType: 'orchestration',
  apiPath: (projectId) => `/v1/${projectId}`,
  tempestConf,
  awaitServing,
  listEngines,
  locks: readLocks,
  inFlight: readInFlight,
  changes: readChanges,
  // heat/common/messaging.py, `setup`: set_transport_defaults('heat').
  exchange: 'heat',
  isBeyondLab,
  isIdleQueue: (queue) => /_fanout(_|$)/.test(queue) || isReplyQueue(queue),
  isReplyQueue,
  load: heatLoad,
  agent: heatAgent,
  cloud: {
    load: cloudLoad,
    followUp,
    removeLeftovers,
    questions,
    watchLoad: {
      probes: heatShape.probes.filter(({ name }) => name !== 'other-project'),
      kinds: ['quick', 'check'],
    },
  },
};
