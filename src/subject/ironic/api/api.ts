import { z } from 'zod';
import { given } from '../../../given.ts';
import type { HttpClient } from '../../../load/http/http-client.ts';
import { JsonApi, type CallSpec } from '../../json-api.ts';
import type { ParsedAnswer } from '../../json-body.ts';

/**
 * The API version of every request: the newest of Ironic 29 (ironic/common/release_mappings.py). A
 * later release pinned to 29 serves versions up to it and refuses later ones (406).
 */
export const API_VERSION = '1.96';

/** The provision states that can be requested (`PUT /v1/nodes/ID/states/provision`). */
export type ProvisionTarget =
  | 'manage'
  | 'inspect'
  | 'provide'
  | 'active'
  | 'rescue'
  | 'unrescue'
  | 'deleted';

/** The power states that can be requested (`PUT /v1/nodes/ID/states/power`). */
export type PowerTarget = 'power on' | 'power off';

/** The state of a node. */
export interface NodeStatus {
  readonly id: string;
  readonly name: string;
  /** E.g. `available`, `deploying`. */
  readonly state: string;
  readonly lastError: string | undefined;
  readonly extra: Readonly<Record<string, unknown>>;
  readonly traits: readonly string[];
  readonly power: string | undefined;
  /** The power state on its way. */
  readonly powerTarget: string | undefined;
}

/** The password of a rescue system, which fake hardware never starts. */
const RESCUE_PASSWORD = 'rollgate';

/** The error of a node whose reader may not see it (ironic/api/controllers/v1/node.py). */
const REDACTED = '** Value Redacted';

/** Another operation has locked the node, so the request was not begun. */
const CONFLICT = 409;

const node = z.object({
  uuid: z.string(),
  name: z.string().nullable(),
  provision_state: z.string().nullable(),
  last_error: z.string().nullable(),
  extra: z.record(z.string(), z.unknown()),
  traits: z.array(z.string()),
  power_state: z.string().nullable(),
  target_power_state: z.string().nullable(),
});
const nodes = z.object({ nodes: z.array(node) });
const made = z.object({ uuid: z.string() });

const FIELDS =
  'fields=uuid,name,provision_state,last_error,extra,traits,power_state,target_power_state';

/** The headers of a request with a token. */
export function headersFor(token: string): Readonly<Record<string, string>> {
  return {
    'x-auth-token': token,
    'x-openstack-ironic-api-version': API_VERSION,
    'content-type': 'application/json',
    accept: 'application/json',
  };
}

/** Ironic's API v1 as the owner of nodes. Each call is one request; nothing is retried. */
export class IronicApi {
  readonly #api: JsonApi;

  constructor(client: HttpClient, token: { readonly id: string }) {
    this.#api = new JsonApi(client, '/v1', headersFor(token.id));
  }

  /** The nodes of the project. */
  list(): Promise<ParsedAnswer<readonly NodeStatus[]>> {
    const call = { operation: 'node-list', method: 'GET', expect: [200] } as const;
    return this.#api.read({ ...call, path: `/nodes?${FIELDS}` }, nodes, (body) =>
      body.nodes.map(statusOf),
    );
  }

  /** 404 if there is no such node. */
  show(id: string): Promise<ParsedAnswer<NodeStatus>> {
    const call = { operation: 'node-show', method: 'GET', expect: [200] } as const;
    return this.#api.read({ ...call, path: `/nodes/${id}?${FIELDS}` }, node, statusOf);
  }

  /** Enrols a node of fake hardware. @returns Its identity. */
  create(name: string, extra: Readonly<Record<string, string>>): Promise<ParsedAnswer<string>> {
    const body = { name, driver: 'fake-hardware', resource_class: 'baremetal', extra };
    const call = { operation: 'node-create', method: 'POST', expect: [201] } as const;
    return this.#api.read({ ...call, path: '/nodes', body }, made, ({ uuid }) => uuid);
  }

  /** @returns The identity of a group of ports. */
  createPortgroup(node: string, address: string): Promise<ParsedAnswer<string>> {
    const body = { node_uuid: node, address };
    const call = { operation: 'portgroup-create', method: 'POST', expect: [201] } as const;
    return this.#api.read({ ...call, path: '/portgroups', body }, made, ({ uuid }) => uuid);
  }

  /** Replaces the traits of a node. */
  setTraits(node: string, traits: readonly string[]): Promise<ParsedAnswer<true>> {
    const call = { operation: 'node-traits', method: 'PUT', expect: [204] } as const;
    return this.#write({ ...call, path: `/nodes/${node}/traits`, body: { traits } });
  }

  /** @returns The port's identity. */
  createPort(node: string, address: string, portgroup?: string): Promise<ParsedAnswer<string>> {
    const body = { node_uuid: node, address, ...given({ portgroup_uuid: portgroup }) };
    const call = { operation: 'port-create', method: 'POST', expect: [201] } as const;
    return this.#api.read({ ...call, path: '/ports', body }, made, ({ uuid }) => uuid);
  }

  /** @param mayBeLocked 409 is an answer too, without a value. */
  provision(
    id: string,
    target: ProvisionTarget,
    mayBeLocked: boolean,
  ): Promise<ParsedAnswer<true>> {
    return this.#write({
      operation: `node-${target}`,
      method: 'PUT',
      path: `/nodes/${id}/states/provision`,
      body: target === 'rescue' ? { target, rescue_password: RESCUE_PASSWORD } : { target },
      expect: mayBeLocked ? [202, CONFLICT] : [202],
    });
  }

  /** @param mayBeLocked 409 is an answer too, without a value. */
  power(id: string, target: PowerTarget, mayBeLocked: boolean): Promise<ParsedAnswer<true>> {
    return this.#write({
      operation: target.replace(' ', '-'),
      method: 'PUT',
      path: `/nodes/${id}/states/power`,
      body: { target },
      expect: mayBeLocked ? [202, CONFLICT] : [202],
    });
  }

  /** @param mayBeLocked 409 is an answer too, without a value. */
  delete(id: string, mayBeLocked: boolean): Promise<ParsedAnswer<true>> {
    return this.#write({
      operation: 'node-delete',
      method: 'DELETE',
      path: `/nodes/${id}`,
      expect: mayBeLocked ? [204, CONFLICT] : [204],
    });
  }

  async #write(call: CallSpec): Promise<ParsedAnswer<true>> {
    const result = await this.#api.send(call);
    const accepted = result.outcome === 'served' && result.status !== CONFLICT;
    return accepted ? { result, value: true } : { result };
  }
}

function statusOf(found: z.infer<typeof node>): NodeStatus {
  return {
    id: found.uuid,
    name: found.name ?? found.uuid,
    state: found.provision_state ?? 'unknown',
    lastError:
      found.last_error?.startsWith(REDACTED) === true ? undefined : (found.last_error ?? undefined),
    extra: found.extra,
    traits: found.traits,
    power: found.power_state ?? undefined,
    powerTarget: found.target_power_state ?? undefined,
  };
}
