import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Labels } from '../containers/port.ts';
import { RollgateError } from '../errors.ts';
import type { ServerName } from '../infra/infrastructure.ts';
import { jsonIn } from '../json.ts';
import { UNKNOWN_VERSION, type ReleaseRef, type Side } from '../release/release.ts';
import { countsSchema } from '../scenario/topology/infrastructure.ts';
import type { Role, ServiceInstance, Topology } from '../scenario/topology/topology.ts';
import { instanceName, TRANSPORTS } from '../scenario/topology/topology.ts';
import { shortened } from '../text/shortened.ts';
import { ROLES } from '../words.ts';

/** On everything that belongs to a lab, with the lab's name. */
export const LAB = 'rollgate.lab';
/** The process that is responsible for the lab, see owner.ts. */
export const OWNER = 'rollgate.owner';
/** On the volume that marks a lab to outlive its process. */
export const KEPT = 'rollgate.kept';
/**
 * On the volume that marks a lab's run as paused, with the run's description of the pause as JSON.
 */
export const PAUSED = 'rollgate.paused';
/** On the volume that lets the run continue. */
export const RESUMED = 'rollgate.resumed';
const SUBJECT = 'rollgate.subject';
const TOPOLOGY = 'rollgate.topology';
const INFRASTRUCTURE = 'rollgate.infrastructure';
const NODE = 'rollgate.node';
const SERVICE = 'rollgate.service';
const KIND = 'rollgate.kind';
const ROLE = 'rollgate.role';
const SERIES = 'rollgate.series';
const VERSION = 'rollgate.version';
const VHOST = 'rollgate.vhost';
const SIDE = 'rollgate.side';
const CREATED = 'rollgate.created';

export const LAB_NAME_RULE =
  'up to 40 letters, digits, dots, dashes and underscores, a letter or digit first';

/** A lab's name becomes part of container, network and volume names. */
export function isLabName(name: string): boolean {
  return /^[a-z0-9][a-z0-9_.-]{0,39}$/i.test(name);
}

/** @throws RollgateError `invalid-name`. */
export function checkLabName(name: string, of: 'lab' | 'watch' = 'lab'): void {
  if (typeof name === 'string' && isLabName(name)) return;
  throw new RollgateError(
    'invalid-name',
    `${shortened(JSON.stringify(name) ?? 'nothing')} cannot be a ${of}'s name`,
    {
      kind: 'usage',
      hint: `Take ${LAB_NAME_RULE}`,
    },
  );
}

/** `run-k3j9x`: short, and unlikely to exist already. */
export function randomLabName(prefix: string): string {
  return `${prefix}-${randomBytes(4).toString('hex')}`;
}

export function networkName(lab: string): string {
  return `rollgate-${lab}`;
}
/** A volume that several containers of a lab have. */
export function sharedVolumeName(lab: string, title: string): string {
  return `rollgate-${lab}-${title}`;
}
export function infrastructureName(lab: string, server: ServerName): string {
  return `rollgate-${lab}-${server}`;
}
export function containerName(lab: string, instance: ServiceInstance): string {
  return `rollgate-${lab}-${instance.node}-${instance.service}`;
}

export function labLabels(lab: string, owner: string): Labels {
  return { [LAB]: lab, [OWNER]: owner };
}
/** The network carries the labels of the lab as a whole. */
export function networkLabels(subject: string, topology: Topology, created: Date): Labels {
  return {
    [SUBJECT]: subject,
    [TOPOLOGY]: JSON.stringify(topology),
    [CREATED]: created.toISOString(),
  };
}
export function infrastructureLabels(server: ServerName): Labels {
  return { [INFRASTRUCTURE]: server };
}
export function serviceLabels(
  instance: ServiceInstance,
  release: ReleaseRef,
  { vhost, side }: { readonly vhost: string; readonly side: Side },
): Labels {
  return {
    [NODE]: instance.node,
    [SERVICE]: instance.service,
    [KIND]: instance.kind,
    [ROLE]: instance.role,
    [SERIES]: release.series,
    [VERSION]: release.version,
    [VHOST]: vhost,
    [SIDE]: side,
  };
}

/** The meaning of a service container's labels. `undefined` for infrastructure. */
export interface LabelledService {
  readonly instance: ServiceInstance;
  readonly series: string;
  readonly version: string;
  readonly vhost: string;
  readonly side: Side;
}

export function readServiceLabels(labels: Labels): LabelledService | undefined {
  const { [NODE]: node, [SERVICE]: service, [KIND]: kind, [ROLE]: role } = labels;
  if (node === undefined || service === undefined || kind === undefined || !isRole(role)) {
    return undefined;
  }
  return {
    instance: { node, service, kind, role },
    series: labels[SERIES] ?? 'unknown',
    version: labels[VERSION] ?? 'unknown',
    vhost: labels[VHOST] ?? 'unknown',
    side: labels[SIDE] === 'target' ? 'target' : 'base',
  };
}

/** A `Topology`, as another process wrote it into a label. */
const labelledTopology = z.object({
  name: z.string(),
  nodes: z.array(
    z.object({
      name: z.string(),
      services: z.array(
        z.object({
          node: z.string(),
          service: z.string(),
          kind: z.string(),
          role: z.enum(ROLES),
        }),
      ),
    }),
  ),
  infrastructure: countsSchema.exactOptional(),
  transport: z.enum(TRANSPORTS).exactOptional(),
  tls: z.boolean().exactOptional(),
}) satisfies z.ZodType<Topology>;

/**
 * @returns `undefined` for a network that does not belong to a lab, or whose labels another program
 * wrote.
 */
export function readNetworkLabels(
  labels: Labels,
): { readonly subject: string; readonly topology: Topology; readonly created: Date } | undefined {
  const { [SUBJECT]: subject, [TOPOLOGY]: topology, [CREATED]: created } = labels;
  if (subject === undefined || topology === undefined || created === undefined) return undefined;
  const parsed = labelledTopology.safeParse(jsonIn(topology));
  const isTime = Number.isFinite(Date.parse(created));
  return parsed.success && isTime
    ? { subject, topology: parsed.data, created: new Date(created) }
    : undefined;
}

export function readInfrastructureLabel(labels: Labels): string | undefined {
  return labels[INFRASTRUCTURE];
}

/** The version of a container; for infrastructure it comes from the image's labels. */
export function readVersionLabel(labels: Labels): string {
  return labels[VERSION] ?? UNKNOWN_VERSION;
}

/** The name of a lab's container: `node1/heat-engine`, `mysql`, `db-sync`. */
export function containerTitle(
  lab: string,
  { name, labels }: { readonly name: string; readonly labels: Labels },
): string {
  const service = readServiceLabels(labels);
  return service === undefined
    ? (readInfrastructureLabel(labels) ?? name.replace(`${networkName(lab)}-`, ''))
    : instanceName(service.instance);
}

function isRole(text: string | undefined): text is Role {
  return text === 'api' || text === 'engine';
}
