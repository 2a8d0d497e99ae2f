import { basename } from 'node:path';
import type { ContainerEngine } from '../containers/port.ts';
import { waitFor } from '../containers/wait.ts';
import { RollgateError } from '../errors.ts';
import { ensureIdentity } from '../infra/identity.ts';
import { administrator } from '../infra/keystone.ts';
import { drawSecrets, type Secrets } from '../infra/secrets.ts';
import type { BalancerSettings } from '../plan/balancer.ts';
import type { DatabaseOptions } from '../plan/deployer.ts';
import type { ReleaseRef } from '../release/release.ts';
import type { Config, ScopedConfig } from '../scenario/config.ts';
import {
  serversOf,
  type Infrastructure,
  type InfrastructureUpgrade,
} from '../scenario/topology/infrastructure.ts';
import type { ServiceInstance, Topology } from '../scenario/topology/topology.ts';
import { instanceName } from '../scenario/topology/topology.ts';
import type { Serving, Subject } from '../subject/subject.ts';
import { Deployment } from './deployment/deployment.ts';
import { databaseSize, loadDatabase, type GivenDatabase } from './deployment/own-database.ts';
import { findLabs } from './find.ts';
import { LAB, OWNER, checkLabName, labLabels, networkLabels, networkName } from './labels.ts';
import { lastLogs, type LastLogs } from './last-logs.ts';
import { thisProcess } from './owner.ts';
import { ParallelStarts } from './parallel-starts.ts';
import { answerFor, answerNoMore } from './reaper/reaper.ts';

export interface DeployOptions {
  readonly engine: ContainerEngine;
  readonly subject: Subject;
  readonly name: string;
  readonly topology: Topology;
  readonly release: ReleaseRef;
  /** Options of the subject's configuration. */
  readonly config?: Config | undefined;
  /** The same for some services only. */
  readonly configFor?: readonly ScopedConfig[] | undefined;
  /** The load balancer's settings. Default: the lab's own. */
  readonly balancerSettings?: BalancerSettings | undefined;
  /** Options of MariaDB's server; the image's own if there are none. */
  readonly databaseOptions?: DatabaseOptions | undefined;
  /**
   * Infrastructure that will be swapped: its data outlives its container. Default: none.
   */
  readonly infrastructureUpgrades?: readonly InfrastructureUpgrade[] | undefined;
  /** Loaded before the schema is migrated. Default: the database is empty. */
  readonly givenDatabase?: GivenDatabase | undefined;
  /** Default: drawn at random. */
  readonly secrets?: Secrets | undefined;
  /** How long the migration of the base's schema may take, in seconds. Default: 300. */
  readonly migrateSeconds?: number | undefined;
  /** How long a service may take from its start until it serves. Default: 120. */
  readonly serveSeconds?: number | undefined;
  readonly onProgress?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Gets the logs of the containers of a lab that did not start, before they are removed. */
  readonly onLastLogs?: ((logs: LastLogs) => void) | undefined;
}

/**
 * Starts a lab: infrastructure, schema, identity, then the services of every node. Independent
 * services start in parallel.
 * @throws RollgateError `invalid-name`, `lab-exists`, `not-ready`, `did-not-serve`, …; the signal's
 * reason. Then the lab is removed; a lab that existed before is never removed.
 */
export async function deploy(options: DeployOptions): Promise<Deployment> {
  const { engine, name, signal } = options;
  checkLabName(name);
  signal?.throwIfAborted();
  if ((await findLabs(engine)).some((lab) => lab.name === name)) throw labExists(name);
  const owner = thisProcess();
  const lab = new Deployment({ ...options, owner, secrets: options.secrets ?? drawSecrets() });
  // Before the lab's first object exists. If the name is taken, that lab has another owner.
  answerFor(name);
  await claimName(options, owner);
  // Includes the owner, so that nothing is touched if the name belongs to another lab after all.
  const sweep = (): Promise<unknown> => engine.sweep({ [LAB]: name, [OWNER]: owner });
  let saved: Promise<void> | undefined;
  const saveLogs = async (): Promise<void> => {
    // An abort does not wait for logs.
    if (signal?.aborted === true || options.onLastLogs === undefined) return;
    options.onLastLogs(await lastLogs(engine, name));
  };
  const giveUp = async (): Promise<void> => {
    // Even without its logs, so that nothing is left behind.
    await (saved ??= saveLogs().catch(() => undefined));
    await sweep();
  };
  try {
    await bringUp(lab, options, giveUp);
    signal?.throwIfAborted();
    return lab;
  } catch (error) {
    await giveUp();
    answerNoMore(name);
    throw signal?.aborted === true ? signal.reason : error;
  }
}

/** The network comes first: the process that makes it has the lab's name. */
async function claimName(
  { engine, name, subject, topology }: DeployOptions,
  owner: string,
): Promise<void> {
  try {
    await engine.createNetwork({
      name: networkName(name),
      labels: {
        ...labLabels(name, owner),
        ...networkLabels(subject.shape.name, topology, new Date()),
      },
    });
  } catch (error) {
    throw error instanceof RollgateError && error.code === 'name-taken'
      ? labExists(name, error)
      : error;
  }
}

function labExists(name: string, cause?: unknown): RollgateError {
  return new RollgateError('lab-exists', `a lab named ${name} is already there`, {
    kind: 'usage',
    hint: `Take another --name, or remove it with: rollgate down --name ${name}`,
    cause,
  });
}

const SERVE_SECONDS = 120;

const TITLES = {
  mysql: 'MySQL',
  rabbitmq: 'RabbitMQ',
  keystone: 'Keystone',
  haproxy: 'HAProxy',
  memcached: 'memcached',
} as const satisfies Record<Infrastructure, string>;

async function bringUp(
  lab: Deployment,
  options: DeployOptions,
  giveUp: () => Promise<void>,
): Promise<void> {
  const starts = new ParallelStarts(options);
  const { signal } = starts;
  // A wait inside a container ends as soon as that container is removed.
  const onAbort = (): void => {
    giveUp().catch(() => undefined);
  };
  signal.addEventListener('abort', onAbort);
  const start = async (service: Infrastructure): Promise<void> => {
    const servers = serversOf(lab.topology, service);
    if (servers.length === 0) return;
    const all = servers.map((server) => starts.guarded(lab.startInfrastructure(server, signal)));
    await starts.timed(`${TITLES[service]} is up`, starts.all(all));
  };
  const haproxy = start('haproxy');
  const memcached = start('memcached');
  const rabbitmq = start('rabbitmq');
  const mysql = start('mysql');
  // In parallel with its database: Keystone loads for seconds before it needs the database, and
  // then waits for it.
  const keystone = start('keystone').then(() =>
    starts.timed('Keystone is seeded', seed(lab, starts)),
  );
  const schema = mysql.then(() => makeSchema(lab, options, starts));
  const { first, others } = inOrder(lab);
  const atBase = servicesAtBase(lab, options, starts);
  const services = Promise.all([schema, rabbitmq, memcached, haproxy])
    .then(() => atBase.start(first))
    .then(() => atBase.serve(first))
    .then(() => atBase.start(others));
  await starts.all([haproxy, memcached, rabbitmq, mysql, keystone, schema, services]);
  await atBase.serve(others);
  if (lab.subject.setUp !== undefined) {
    await starts.timed(`${lab.subject.shape.title} is set up`, lab.subject.setUp(lab, signal));
  }
  // From here on a lab may be kept, however its run ends.
  signal.removeEventListener('abort', onAbort);
}

function placedAtBase({ subject }: Deployment) {
  return { vhost: subject.shape.baseVhost, side: 'base' } as const;
}

/** The schema of the base, in an empty database or in the given one. */
function makeSchema(
  lab: Deployment,
  { release, givenDatabase: given, migrateSeconds, onProgress }: DeployOptions,
  starts: ParallelStarts,
): Promise<void> {
  const { signal } = starts;
  const withLimit = migrateSeconds === undefined ? {} : { migrateSeconds };
  const migrate = (): Promise<void> =>
    starts.timed(
      `schema of ${release.series} is there`,
      lab.migrate(release, { ...placedAtBase(lab), ...withLimit }, signal),
    );
  if (given === undefined) return migrate();
  const load = async (): Promise<number> => {
    const loading = loadDatabase(lab, given, signal);
    await starts.timed(`${basename(given.path)} is loaded`, loading);
    return loading;
  };
  return beginWith(lab, given, { load, migrate, onProgress });
}

/** The subject's services at the base: started first, and then waited for. */
function servicesAtBase(
  lab: Deployment,
  { release, serveSeconds = SERVE_SECONDS }: DeployOptions,
  starts: ParallelStarts,
) {
  const placed = placedAtBase(lab);
  const { signal } = starts;
  const startedAt = new Map<ServiceInstance, number>();
  const start = async (instance: ServiceInstance): Promise<void> => {
    startedAt.set(instance, await lab.startService(instance, release, placed, signal));
  };
  const serving = async (instance: ServiceInstance): Promise<Serving> => {
    const began = startedAt.get(instance) ?? 0;
    const served = await lab.awaitServing(instance, release, {
      vhost: placed.vhost,
      startedAt: began,
      limitSeconds: serveSeconds,
      signal,
    });
    lab.firstStarts.set(instanceName(instance), (Date.now() - began) / 1000);
    return served;
  };
  return {
    start: (instances: readonly ServiceInstance[]): Promise<void> =>
      starts.all(instances.map((instance) => starts.guarded(start(instance)))),
    serve: (instances: readonly ServiceInstance[]): Promise<void> =>
      starts.all(
        instances.map((instance) =>
          starts.timed(`${instanceName(instance)} serves ${release.series}`, serving(instance)),
        ),
      ),
  };
}

/** The services that others call as soon as they start, and the other services. */
function inOrder({ subject, instances }: Deployment): {
  readonly first: readonly ServiceInstance[];
  readonly others: readonly ServiceInstance[];
} {
  const kinds = new Set(subject.shape.services.flatMap(({ name, first }) => (first ? [name] : [])));
  return {
    first: instances.filter(({ kind }) => kinds.has(kind)),
    others: instances.filter(({ kind }) => !kinds.has(kind)),
  };
}

/** Loads a database, migrates its schema to the base's, and records the duration of both. */
async function beginWith(
  lab: Deployment,
  { path, bytes, revision }: GivenDatabase,
  {
    load,
    migrate,
    onProgress,
  }: Pick<DeployOptions, 'onProgress'> & {
    readonly load: () => Promise<number>;
    readonly migrate: () => Promise<void>;
  },
): Promise<void> {
  const loadSeconds = await load();
  const began = performance.now();
  await migrate();
  const syncSeconds = (performance.now() - began) / 1000;
  const size = await databaseSize(lab);
  onProgress?.(`db-sync from revision ${revision} took ${syncSeconds.toFixed(1)} s`);
  lab.loaded = { file: basename(path), bytes, revision, loadSeconds, syncSeconds, size };
}

/** Several Keystones serve once the load balancer has found them. */
async function seed(
  { keystone, secrets, subject, topology }: Deployment,
  { signal }: ParallelStarts,
): Promise<void> {
  await waitFor({ what: 'Keystone to answer', limitSeconds: 60, signal }, async () => {
    const { status, body } = await fetch(`${keystone.origin}/v3`, {
      signal: AbortSignal.timeout(5000),
    });
    await body?.cancel();
    return status < 500 ? { value: undefined } : { notYet: `status ${status}` };
  });
  await ensureIdentity(keystone, administrator(secrets), subject.identity(secrets, topology));
}
