import type { FoundContainer } from '../../../containers/port.ts';
import { RollgateError } from '../../../errors.ts';
import type { LabSummary } from '../../../lab/find.ts';
import { readInfrastructureLabel, readServiceLabels } from '../../../lab/labels.ts';
import { instanceName, kindOf } from '../../../scenario/topology/topology.ts';

/** The services of a verb. Without any part: all. */
export interface ServiceFilter {
  /** Full names: `node1/heat-engine`, `mysql`. */
  readonly names: readonly string[];
  readonly node?: string | undefined;
  /** A service on all nodes: `heat-engine`, or only `heat-engine.2`. */
  readonly service?: string | undefined;
}

/** A container's name on the command line: `node1/heat-engine`, `mysql`. */
export function commandLineName({ labels, name }: FoundContainer): string {
  const service = readServiceLabels(labels);
  return service === undefined
    ? (readInfrastructureLabel(labels) ?? name)
    : instanceName(service.instance);
}

/**
 * Whether a filter names a service. The name of a service also matches its replacement
 * (`node1/heat-engine.next`).
 */
export function isMeant(name: string, { names, node, service }: ServiceFilter): boolean {
  const [ofNode = '', ofService = ofNode] = name.split('/');
  return (
    (names.length === 0 || names.includes(name) || names.includes(predecessorOf(name))) &&
    (node === undefined || node === ofNode) &&
    (service === undefined ||
      [ofService, predecessorOf(ofService), kindOf(ofService)].includes(service))
  );
}

/** `node1/heat-engine` of `node1/heat-engine.next`. */
function predecessorOf(name: string): string {
  return name.replace(/(\.next)+$/, '');
}

/** The selected containers of a lab, by their names. */
export function containersNamed(lab: LabSummary, filter: ServiceFilter): readonly FoundContainer[] {
  return lab.containers
    .filter((container) => isMeant(commandLineName(container), filter))
    .toSorted((one, other) => commandLineName(one).localeCompare(commandLineName(other)));
}

export function noSuchService(lab: LabSummary): RollgateError {
  const names = containersNamed(lab, { names: [] }).map(commandLineName);
  return new RollgateError('no-such-service', `lab ${lab.name} has no such service`, {
    kind: 'usage',
    hint: `There are: ${names.join(', ')}`,
  });
}

/**
 * The one named container: by its full name, by the name of the one that it replaced, or by a node
 * alone. A node means its engine, otherwise its first service.
 * @throws RollgateError `no-such-service` with the known names.
 */
export function chosenContainer(lab: LabSummary, name: string): FoundContainer {
  const all = containersNamed(lab, { names: [] });
  const ofNode = all.filter(({ labels }) => readServiceLabels(labels)?.instance.node === name);
  const found =
    all.find((one) => commandLineName(one) === name) ??
    all.find((one) => isMeant(commandLineName(one), { names: [name] })) ??
    ofNode.find(({ labels }) => readServiceLabels(labels)?.instance.role === 'engine') ??
    ofNode[0];
  if (found === undefined) throw noSuchService(lab);
  return found;
}
