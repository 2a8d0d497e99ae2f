import { z } from 'zod';
import type { RequestSpec } from '../../../load/http/request.ts';
import { probeOf } from '../../json-api.ts';
import type { ProbeRequest } from '../../load.ts';
import { headersFor } from '../api/api.ts';
import type { StandingNode } from './standing.ts';

/**
 * The requests at a constant rate, by the probe's name. Each answer is checked: an answer that
 * contradicts a known fact counts as lost.
 *
 * @param token For the project of the standing node.
 */
export function ironicProbes(
  token: { readonly id: string },
  standing: StandingNode,
): Readonly<Record<string, ProbeRequest>> {
  const get = probeOf(headersFor(token.id));
  const requests: Readonly<Record<string, RequestSpec>> = {
    // The API alone: no conductor, no database, no Keystone.
    version: { ...get('/', 'GET /', versions), headers: { accept: 'application/json' } },
    // API and database.
    list: get('/v1/nodes', 'GET nodes', listHas(standing)),
    show: get(`/v1/nodes/${standing.id}`, 'GET node', shows(standing)),
    // API, conductor and database: the conductor asks each of the node's interfaces.
    validate: get(`/v1/nodes/${standing.id}/validate`, 'GET node validate', validated),
    ports: get('/v1/ports', 'GET ports', portsHave(standing)),
    allocations: get('/v1/allocations', 'GET allocations', noAllocations),
  };
  return Object.fromEntries(Object.entries(requests).map(([name, spec]) => [name, () => spec]));
}

const versions = z.object({ versions: z.array(z.object({ id: z.string() })).min(1) });

/** A list of nodes that contains the standing one. */
export function listHas({ id, name }: StandingNode): z.ZodType {
  return z
    .object({ nodes: z.array(z.object({ uuid: z.string() })) })
    .refine(({ nodes }) => nodes.some(({ uuid }) => uuid === id), {
      error: `${name} is not in the list`,
    });
}

/** The standing node as it was made. */
export function shows({ id, name, mark }: StandingNode): z.ZodType {
  return z
    .object({
      uuid: z.string(),
      name: z.string(),
      provision_state: z.string(),
      extra: z.record(z.string(), z.unknown()),
    })
    .refine(
      (node) =>
        node.uuid === id &&
        node.name === name &&
        node.provision_state === 'manageable' &&
        node.extra['rollgate'] === mark,
      { error: `it is not ${name} as it was made` },
    );
}

/** A conductor's validation of the standing node: fake hardware always passes it. */
const validated: z.ZodType = z
  .object({ power: z.object({ result: z.boolean() }), deploy: z.object({ result: z.boolean() }) })
  .refine(({ power, deploy }) => power.result && deploy.result, {
    error: 'its power or deploy interface does not validate',
  });

function portsHave({ port, name }: StandingNode): z.ZodType {
  return z
    .object({ ports: z.array(z.object({ uuid: z.string() })) })
    .refine(({ ports }) => ports.some(({ uuid }) => uuid === port), {
      error: `the port of ${name} is not in the list`,
    });
}

const noAllocations = z
  .object({ allocations: z.array(z.unknown()) })
  .refine(({ allocations }) => allocations.length === 0, {
    error: 'it has allocations of another project',
  });
