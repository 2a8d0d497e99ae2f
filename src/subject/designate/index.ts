import { nodeByNode } from '../../plan/choreographies/node-by-node.ts';
import { none } from '../../plan/choreographies/none.ts';
import { sharedVhost } from '../../plan/choreographies/shared-vhost.ts';
import { ownerLogin } from '../identity/owner.ts';
import { inventoryProgram } from '../inventory/program.ts';
import type { Subject } from '../subject.ts';
import { centralsFirst } from './choreographies/centrals-first.ts';
import { offline } from './choreographies/offline.ts';
import { readServices } from './database/services.ts';
import { HOLDS_NOTHING, readChanges, readInFlight } from './database/zones.ts';
import { DESIGNATE_DATABASE, designateFiles } from './service/config.ts';
import { designateIdentity } from './service/identity.ts';
import { makePool } from './service/pool.ts';
import { awaitServing, VERSION_COMMAND } from './service/serving.ts';
import { designateShape } from './shape.ts';
import { designateLoad } from './workload/designate-load.ts';

/** OpenStack Designate, with its fake backend. */
export const designate: Subject = {
  shape: designateShape,
  databaseName: DESIGNATE_DATABASE,
  lab: 'designate',
  signatures: 'designate',
  image: (series) => `rollgate/designate:${series}`,
  imageRecipe: { service: 'designate', package: 'python3-designate', gigabytes: 1.2 },
  files: designateFiles,
  command: (kind) => [kind],
  migrateCommand: ['designate-manage', 'database', 'sync'],
  choreographies: [offline, nodeByNode, centralsFirst, sharedVhost, none],
  versionCommand: VERSION_COMMAND,
  schemaRevision: async (database) => {
    const rows = await database.query('SELECT version_num FROM alembic_version');
    return rows[0]?.[0] ?? 'none';
  },
  // oslo.service's graceful_shutdown_timeout is 60 s.
  stopGraceSeconds: () => 75,
  diagnosis: () => undefined,
  preflight: {
    inventory: inventoryProgram(new URL('preflight/inventory', import.meta.url)),
    names: { package: 'designate' },
  },
  identity: designateIdentity,
  user: ownerLogin,
  serviceType: 'dns',
  apiPath: () => '/v2',
  setUp: makePool,
  awaitServing,
  listEngines: ({ database }, signal) => readServices(database, signal),
  locks: () => Promise.resolve(HOLDS_NOTHING),
  inFlight: readInFlight,
  changes: readChanges,
  // designate/__init__.py, set_transport_defaults.
  exchange: 'designate',
  isIdleQueue: (queue) => /_fanout(_|$)/.test(queue) || queue.startsWith('reply_'),
  isReplyQueue: (queue) => queue.startsWith('reply_'),
  load: designateLoad,
};
