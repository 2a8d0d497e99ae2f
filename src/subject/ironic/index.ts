import { none } from '../../plan/choreographies/none.ts';
import { sharedVhost } from '../../plan/choreographies/shared-vhost.ts';
import { ownerLogin } from '../identity/owner.ts';
import { inventoryProgram } from '../inventory/program.ts';
import type { Subject } from '../subject.ts';
import { kolla } from './choreographies/kolla.ts';
import { offline } from './choreographies/offline.ts';
import { pinned, pinnedReload } from './choreographies/pinned.ts';
import { unpinned } from './choreographies/unpinned.ts';
import { readConductors } from './database/conductors.ts';
import { readChanges, readInFlight, readReservations } from './database/nodes.ts';
import { ironicDatabase } from './database/seed.ts';
import { IRONIC_DATABASE, ironicFiles } from './service/config.ts';
import { ironicIdentity } from './service/identity.ts';
import { awaitServing, VERSION_COMMAND } from './service/serving.ts';
import { ironicShape } from './shape.ts';
import { ironicLoad } from './workload/ironic-load.ts';

/** OpenStack Ironic, with fake hardware. */
export const ironic: Subject = {
  shape: ironicShape,
  databaseName: IRONIC_DATABASE,
  lab: 'ironic',
  signatures: 'ironic',
  image: (series) => `rollgate/ironic:${series}`,
  imageRecipe: { service: 'ironic', package: 'python3-ironic', gigabytes: 1.4 },
  files: ironicFiles,
  command: (kind) => [kind],
  migrateCommand: ['ironic-dbsync', 'upgrade'],
  dataMigrationCommand: ['ironic-dbsync', 'online_data_migrations'],
  pin: (release) => ({ DEFAULT: { pin_release_version: release } }),
  choreographies: [offline, unpinned, pinned, pinnedReload, kolla, sharedVhost, none],
  versionCommand: VERSION_COMMAND,
  ownDatabase: {
    tables: ['nodes', 'ports', 'portgroups', 'node_traits'],
    // The lab's conductors have other names; no work of theirs is under way.
    adopt:
      'UPDATE nodes SET conductor_affinity = NULL, reservation = NULL; ' +
      'UPDATE allocations SET conductor_affinity = NULL; ' +
      'DELETE FROM conductor_hardware_interfaces; DELETE FROM conductors',
    make: ironicDatabase,
  },
  schemaRevision: async (database) => {
    const rows = await database.query('SELECT version_num FROM alembic_version');
    return rows[0]?.[0] ?? 'none';
  },
  // A conductor waits for the nodes that it has locked, for graceful_shutdown_timeout (60 s), once
  // it has waited for the hash ring (ironic/conductor/rpc_service.py, `stop`).
  stopGraceSeconds: (kind) => (kind === 'ironic-conductor' ? 120 : 60),
  // None: to a conductor SIGUSR2 means to drain.
  diagnosis: () => undefined,
  preflight: {
    inventory: inventoryProgram(new URL('preflight/inventory', import.meta.url)),
    names: { package: 'ironic', carried: 'Node' },
  },
  identity: ironicIdentity,
  user: ownerLogin,
  serviceType: 'baremetal',
  apiPath: () => '/v1',
  awaitServing,
  listEngines: ({ database }, signal) => readConductors(database, signal),
  locks: readReservations,
  inFlight: readInFlight,
  changes: readChanges,
  // ironic/common/config.py, parse_args: rpc.set_defaults(control_exchange='ironic').
  exchange: 'ironic',
  isIdleQueue: (queue) => /_fanout(_|$)/.test(queue) || queue.startsWith('reply_'),
  isReplyQueue: (queue) => queue.startsWith('reply_'),
  load: ironicLoad,
};
