import { z } from 'zod';
import { checkShape } from '../../document/describe-issue.ts';
import { withNearest } from '../../document/nearest.ts';
import { formatPath, type Problem } from '../../document/problem.ts';
import { RollgateError } from '../../errors.ts';
import { given } from '../../given.ts';
import { SIDES } from '../../release/release.ts';
import { ROLES } from '../../words.ts';
import { ALL } from '../config.ts';
import { MACHINE } from '../fault.ts';
import { serviceOfServer } from './infrastructure.ts';
import {
  hostname,
  instanceName,
  TopologySchema,
  type Role,
  type ServiceInstance,
  type SubjectShape,
  type Topology,
  type TopologyInput,
} from './topology.ts';

/**
 * A topology's service containers, each with its role.
 *
 * @throws RollgateError `invalid-topology` with all problems.
 */
export function resolveTopology(input: TopologyInput, shape: SubjectShape): Topology {
  const { topology, problems } = checkTopology(input, shape);
  if (topology !== undefined) return topology;
  const lines = problems.map(({ path, message }) =>
    [formatPath(path), message].filter(Boolean).join(': '),
  );
  throw new RollgateError('invalid-topology', `invalid topology\n${lines.join('\n')}`, {
    kind: 'usage',
  });
}

/** Like `resolveTopology`, for data of any origin; paths are relative to it. */
export function checkTopology(
  data: unknown,
  shape: SubjectShape,
): { readonly topology: Topology | undefined; readonly problems: readonly Problem[] } {
  const checked = checkShape(TopologySchema, data);
  const named = namesIn.parse(data);
  const wrong = [
    ...checked.problems,
    ...repeatedNodes(named),
    ...reservedNames(named, shape),
    ...wrongServices(named, shape),
    ...wrongTransport(checked.data, shape),
    ...(checked.data?.tls === true ? tlsProblems(shape) : []),
  ];
  // After a misspelt service, its absence is not reported again.
  const problems = wrong.length > 0 ? wrong : [...missingServices(named, shape)];
  if (checked.data === undefined || problems.length > 0) return { topology: undefined, problems };
  const { name, nodes, infrastructure, transport, tls } = checked.data;
  const topology = {
    name,
    nodes: nodes.map((node) => ({ name: node.name, services: instances(node, shape) })),
    ...given({ infrastructure, transport, tls }),
  };
  const shared = sharedHostnames(topology);
  return shared.length > 0 ? { topology: undefined, problems: shared } : { topology, problems: [] };
}

/**
 * The names in a topology, even one with an invalid form, so that all problems are reported
 * together. A name that cannot be read is empty.
 */
const serviceIn = z
  .union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)])
  .catch('');
const nodeIn = z.object({
  name: z.string().catch(''),
  services: z.array(serviceIn).catch([]),
});
const namesIn = z
  .object({ nodes: z.array(nodeIn.catch({ name: '', services: [] })).catch([]) })
  .catch({ nodes: [] });
type Names = z.output<typeof namesIn>;

function repeatedNodes({ nodes }: Names): readonly Problem[] {
  return nodes.flatMap(({ name }, index) => {
    const first = nodes.findIndex((other) => other.name === name);
    if (name === '' || first === index) return [];
    const message = `there is a node ${name} already; names of nodes have to differ`;
    return [{ path: ['nodes', index, 'name'], message, at: 'value' }];
  });
}

/** Without it the subject's clients would not trust the lab's authority. */
function tlsProblems({ title, overTls }: SubjectShape): readonly Problem[] {
  if (overTls === true) return [];
  const message = `a lab of ${title} has no TLS; leave it out`;
  return [{ path: ['tls'], message, at: 'value' }];
}

/** Words with another meaning in the places of node names: in `on:` and as a host name. */
function reservedNames({ nodes }: Names, shape: SubjectShape): readonly Problem[] {
  const kinds = shape.services.map(({ name }) => name);
  return nodes.flatMap(({ name }, index): readonly Problem[] => {
    const what =
      serviceOfServer(name) !== undefined
        ? 'the name of an infrastructure service'
        : kinds.includes(name)
          ? `the name of a service of ${shape.name}`
          : RESERVED.includes(name)
            ? 'a word with a meaning of its own'
            : undefined;
    if (what === undefined) return [];
    const message = `${name} is ${what}; take another name for the node`;
    return [{ path: ['nodes', index, 'name'], message, at: 'value' }];
  });
}

const RESERVED: readonly string[] = [...SIDES, ...ROLES, ALL, MACHINE, 'localhost', 'db-sync'];

/** For the subject, two services of a kind with one host name would be the same service. */
function sharedHostnames({ nodes }: Topology): readonly Problem[] {
  return nodes.flatMap((node, index) => {
    const taken = nodes
      .filter((other) => other !== node)
      .flatMap(({ services }) => services)
      .find((service) => hostname(service) === node.name);
    if (taken === undefined) return [];
    const message = `${node.name} is also the host name of ${instanceName(taken)}; take another name`;
    return [{ path: ['nodes', index, 'name'], message, at: 'value' }];
  });
}

function wrongServices({ nodes }: Names, shape: SubjectShape): readonly Problem[] {
  return nodes.flatMap(({ name: node, services }, index) =>
    services.flatMap((service, position): readonly Problem[] => {
      const message = wrongService(service, services.slice(0, position), node, shape);
      const path = ['nodes', index, 'services', position];
      return message === undefined ? [] : [{ path, message, at: 'value' }];
    }),
  );
}

function wrongTransport(
  topology: TopologyInput | undefined,
  { title, transports = [] }: SubjectShape,
): readonly Problem[] {
  const { transport = 'broker' } = topology ?? {};
  const possible = ['broker', ...transports];
  if (possible.includes(transport)) return [];
  const message = `the services of ${title} do not call each other over ${transport}; possible: ${possible.join(', ')}`;
  return [{ path: ['transport'], message, at: 'value' }];
}

function wrongService(
  service: string,
  before: readonly string[],
  node: string,
  shape: SubjectShape,
): string | undefined {
  if (service === '') return undefined;
  const known = shape.services.map(({ name }) => name);
  if (!known.includes(service)) {
    const what = `${shape.name} has no service ${JSON.stringify(service)}`;
    return `${withNearest(what, service, known)}; its services: ${known.join(', ')}`;
  }
  if (!before.includes(service)) return undefined;
  return `${service} is listed twice on ${node}; for more than one write {name: ${service}, count: 2}`;
}

/**
 * The load needs the subject's first kind of api and its first kind of engine. A topology without
 * one of them is refused.
 */
function missingServices({ nodes }: Names, shape: SubjectShape): readonly Problem[] {
  const present = new Set(nodes.flatMap(({ services }) => services));
  const roles: readonly Role[] = ROLES;
  return roles.flatMap((role) => {
    const first = shape.services.find((service) => service.role === role);
    if (first === undefined || present.has(first.name)) return [];
    const message = `no node runs ${first.name}; at least one has to`;
    return [{ path: ['nodes'], message, at: 'value' }];
  });
}

type NodeData = z.output<typeof TopologySchema>['nodes'][number];

function instances(node: NodeData, shape: SubjectShape): readonly ServiceInstance[] {
  return node.services.flatMap((entry) => {
    const kind = serviceName(entry);
    const role = shape.services.find(({ name }) => name === kind)?.role;
    if (role === undefined) return [];
    const count = typeof entry === 'string' ? 1 : entry.count;
    return Array.from({ length: count }, (_, index) => ({
      node: node.name,
      kind,
      service: index === 0 ? kind : `${kind}.${index + 1}`,
      role,
    }));
  });
}

function serviceName(entry: NodeData['services'][number]): string {
  return typeof entry === 'string' ? entry : entry.name;
}
