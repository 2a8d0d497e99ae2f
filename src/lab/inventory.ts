import { instanceName } from '../scenario/topology/topology.ts';
import type { LabSummary } from './find.ts';
import { networkName, readServiceLabels } from './labels.ts';

/** Ansible's dynamic inventory, as a script prints it for `--list`. */
export interface AnsibleInventory {
  readonly _meta: { readonly hostvars: Readonly<Record<string, HostVariables>> };
  readonly [group: string]: AnsibleGroup | AnsibleInventory['_meta'];
}

interface AnsibleGroup {
  readonly hosts?: readonly string[];
  readonly children?: readonly string[];
}

/** Ansible's variables about a service's container. */
export interface HostVariables {
  readonly ansible_connection: 'rollgate';
  /** The container. */
  readonly ansible_host: string;
  readonly ansible_python_interpreter: string;
  readonly rollgate_lab: string;
  readonly rollgate_network: string;
  readonly rollgate_node: string;
  /** The name for rollgate's verbs: `node1/heat-api`. */
  readonly rollgate_service: string;
  readonly rollgate_series: string;
  readonly rollgate_version: string;
  readonly rollgate_vhost: string;
  readonly rollgate_state: string;
}

/**
 * A host for each service's container, as in `node1-heat-api`. Groups: the service (`heat_api`),
 * the node (`node1`), and the release that it runs (`base`, `target`).
 *
 * @see Ansible's documentation, "Developing dynamic inventory", "Inventory scripts".
 */
export function ansibleInventory({ name, containers }: LabSummary): AnsibleInventory {
  const hosts = containers
    .flatMap(({ name: container, labels, state }) => {
      const found = readServiceLabels(labels);
      return found === undefined ? [] : [{ ...found, container, state }];
    })
    .map(({ instance, ...rest }) => ({
      ...rest,
      host: instanceName(instance).replace('/', '-'),
      node: instance.node,
      kind: instance.kind,
      service: instanceName(instance),
    }))
    .toSorted((one, other) => one.host.localeCompare(other.host, 'en', { numeric: true }));
  const groups = new Map<string, string[]>([
    ['base', []],
    ['target', []],
  ]);
  for (const { host, kind, node, side } of hosts) {
    for (const group of [groupName(kind), groupName(node), side]) {
      groups.set(group, [...(groups.get(group) ?? []), host]);
    }
  }
  return {
    all: { children: [...groups.keys()].toSorted() },
    ...Object.fromEntries([...groups].map(([group, own]) => [group, { hosts: own }])),
    _meta: {
      hostvars: Object.fromEntries(
        hosts.map(({ host, container, node, service, series, version, vhost, state }) => [
          host,
          {
            ansible_connection: 'rollgate' as const,
            ansible_host: container,
            ansible_python_interpreter: '/usr/bin/python3',
            rollgate_lab: name,
            rollgate_network: networkName(name),
            rollgate_node: node,
            rollgate_service: service,
            rollgate_series: series,
            rollgate_version: version,
            rollgate_vhost: vhost,
            rollgate_state: state,
          },
        ]),
      ),
    },
  };
}

/** Ansible accepts letters, digits and underscores. */
function groupName(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_]/g, '_');
}
