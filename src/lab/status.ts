import { messageOf } from '../errors.ts';
import type { Queue } from '../infra/rabbitmq.ts';
import { backlogOf } from '../observe/watches/queues.ts';
import {
  instanceName,
  type ServiceInstance,
  type NodeName,
} from '../scenario/topology/topology.ts';
import { isRowOf, type InFlight } from '../subject/records.ts';
import type { Deployment } from './deployment/deployment.ts';
import type { LabSummary } from './find.ts';
import { readInfrastructureLabel, readServiceLabels } from './labels.ts';
import type { PauseRecord } from './pause.ts';

export interface ServiceSummary {
  readonly node: NodeName;
  readonly service: string;
  readonly series: string;
  readonly version: string;
  readonly vhost: string;
  /** The container's: `running`, `exited`, … */
  readonly container: string;
  /**
   * The view from outside: HAProxy's status of an api, or the service list's status of an engine.
   */
  readonly seen: string;
}

/** A broker vhost: all its work queues together. */
export interface VhostStatus {
  readonly vhost: string;
  readonly queues: number;
  readonly consumers: number;
  readonly ready: number;
  readonly unacknowledged: number;
  /** Queues with messages but without a consumer, e.g. of an engine that is gone. */
  readonly unserved: readonly Queue[];
}

export interface LabStatus {
  readonly name: string;
  readonly created: string | null;
  /** Meant to outlive its process. */
  readonly kept: boolean;
  /** Where its run is paused. */
  readonly paused: PauseRecord | null;
  readonly infrastructure: readonly { readonly service: string; readonly container: string }[];
  readonly services: readonly ServiceSummary[];
  /** API service → address through the load balancer. */
  readonly endpoints: Readonly<Record<string, string>>;
  readonly vhosts: readonly VhostStatus[];
  readonly inFlight: readonly InFlight[];
  /** The parts that could not be read, and why. */
  readonly unseen: readonly string[];
}

/** The current state of a lab. `lab` is absent if the lab is incomplete. */
export async function labStatus(
  summary: LabSummary,
  lab: Deployment | undefined,
): Promise<LabStatus> {
  const { name, created, kept, paused } = summary;
  const unseen: string[] = [];
  const look = async <T>(
    what: string,
    ask: (lab: Deployment) => Promise<readonly T[]>,
  ): Promise<readonly T[]> => {
    try {
      return lab === undefined ? [] : await ask(lab);
    } catch (error) {
      unseen.push(`${what}: ${messageOf(error)}`);
      return [];
    }
  };
  const [seen, vhosts, inFlight] = await Promise.all([
    lab === undefined ? () => 'unknown' : seenByOthers(lab),
    look('queues', vhostsOf),
    look('stacks', ({ subject, database }) => {
      const { stuckAfterSeconds = subject.shape.stuckAfterSeconds } = paused ?? {};
      return subject.inFlight(database, { stuckAfterSeconds });
    }),
  ]);
  return {
    name,
    created: created?.toISOString() ?? null,
    kept,
    paused: paused ?? null,
    infrastructure: infrastructureOf(summary),
    services: servicesOf(summary, seen),
    endpoints: lab === undefined ? {} : endpoints(lab),
    vhosts,
    inFlight,
    unseen,
  };
}

/** By name, from the labels of the containers. */
function infrastructureOf({ containers }: LabSummary): LabStatus['infrastructure'] {
  return containers
    .flatMap(({ labels, state }) => {
      const service = readInfrastructureLabel(labels);
      return service === undefined ? [] : [{ service, container: state }];
    })
    .sort((one, other) => one.service.localeCompare(other.service));
}

/** By name, from the labels of the containers. @param seen The view of others. */
function servicesOf(
  { containers }: LabSummary,
  seen: (instance: ServiceInstance) => string,
): readonly ServiceSummary[] {
  return containers
    .flatMap(({ labels, state }) => {
      const service = readServiceLabels(labels);
      return service === undefined ? [] : [{ ...service, state }];
    })
    .sort((one, other) => instanceName(one.instance).localeCompare(instanceName(other.instance)))
    .map(({ instance, series, version, vhost, state }) => ({
      node: instance.node,
      service: instance.service,
      series,
      version,
      vhost,
      container: state,
      seen: seen(instance),
    }));
}

async function vhostsOf({ broker, subject }: Deployment): Promise<readonly VhostStatus[]> {
  const vhosts = await broker.vhosts();
  return Promise.all(
    vhosts.map(async (vhost) => {
      const all = await broker.queues(vhost);
      const work = all.filter(({ name }) => !subject.isIdleQueue(name));
      const { ready, unacknowledged, busy } = backlogOf(work, () => false);
      const consumers = work.reduce((sum, queue) => sum + queue.consumers, 0);
      const unserved = busy.filter((queue) => queue.consumers === 0);
      return { vhost, queues: work.length, consumers, ready, unacknowledged, unserved };
    }),
  );
}

/** The status of an api from the load balancer, and of an engine from the subject's own list. */
async function seenByOthers(lab: Deployment): Promise<(instance: ServiceInstance) => string> {
  try {
    const servers = await lab.balancer.servers();
    const rows = await lab.subject.listEngines(lab);
    return (instance) => {
      if (instance.role === 'api') return servers.get(instanceName(instance))?.status ?? 'unknown';
      // The rows of stopped engines stay for a while: the row of a running one counts.
      const own = rows.filter((row) => isRowOf(row, instance)).map(({ status }) => status);
      return own.includes('up') ? 'up' : (own.at(-1) ?? 'unknown');
    };
  } catch (error) {
    return () => `unknown (${messageOf(error)})`;
  }
}

function endpoints(lab: Deployment): Readonly<Record<string, string>> {
  const kinds = new Set(lab.instances.filter(({ role }) => role === 'api').map(({ kind }) => kind));
  return {
    ...Object.fromEntries([...kinds].map((kind) => [kind, lab.endpoint(kind)])),
    keystone: `${lab.keystone.origin}/v3`,
  };
}
