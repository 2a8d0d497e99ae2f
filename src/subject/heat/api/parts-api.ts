import { z } from 'zod';
import type { ParsedAnswer } from '../../json-body.ts';
import { resources, type StackEvent, type StackIdentity, type StackResource } from './answers.ts';
import { CONFLICT, type StackRequests } from './stack-requests.ts';

/** Why a resource is marked as unhealthy. */
export const MARK_REASON = 'marked by rollgate';

/** The part of Heat's API about the resources and events of a stack. */
export class PartsApi {
  readonly #requests: StackRequests;

  constructor(requests: StackRequests) {
    this.#requests = requests;
  }

  /** Marks a resource of a stack as unhealthy or not. `mayBeBusy` as in `act`. */
  mark(
    stack: StackIdentity,
    resource: string,
    { unhealthy, mayBeBusy }: { readonly unhealthy: boolean; readonly mayBeBusy: boolean },
  ): Promise<ParsedAnswer<true>> {
    return this.#requests.write({
      operation: `resource-mark-${unhealthy ? 'un' : ''}healthy`,
      method: 'PATCH',
      path: `${pathOf(stack)}/resources/${resource}`,
      expect: [200, ...(mayBeBusy ? [CONFLICT] : [])],
      body: { mark_unhealthy: unhealthy, resource_status_reason: MARK_REASON },
    });
  }

  /** Lets a resource go on that waits at a hook. */
  clearHook(stack: StackIdentity, resource: string, hook: string): Promise<ParsedAnswer<true>> {
    const path = `${pathOf(stack)}/resources/${resource}/signal`;
    const body = { unset_hook: hook };
    return this.#requests.write({ operation: 'signal', method: 'POST', path, expect: [200], body });
  }

  /** The metadata of a resource; those of a wait condition's handle are its signals. */
  metadata(
    stack: StackIdentity,
    resource: string,
  ): Promise<ParsedAnswer<Readonly<Record<string, unknown>>>> {
    const path = `${pathOf(stack)}/resources/${resource}/metadata`;
    const call = { operation: 'resource-metadata', method: 'GET', path, expect: [200] } as const;
    return this.#requests.read(
      call,
      z.object({ metadata: z.record(z.string(), z.unknown()) }),
      ({ metadata }) => metadata,
    );
  }

  /** The resources of a stack and of its nested stacks. */
  resources(stack: StackIdentity): Promise<ParsedAnswer<readonly StackResource[]>> {
    const path = `${pathOf(stack)}/resources?nested_depth=5`;
    return this.#requests.read(
      { operation: 'resource-list', method: 'GET', path, expect: [200] },
      resources,
      (body) =>
        body.resources.map((resource) => ({
          name: resource.resource_name,
          parent: resource.parent_resource,
          type: resource.resource_type,
          status: resource.resource_status,
          reason: resource.resource_status_reason ?? '',
          physicalId: resource.physical_resource_id ?? '',
        })),
    );
  }

  /** The newest events of a stack, without those of its nested stacks. */
  events(stack: StackIdentity): Promise<ParsedAnswer<readonly StackEvent[]>> {
    const path = `${pathOf(stack)}/events`;
    return this.#requests.read(
      { operation: 'event-list', method: 'GET', path, expect: [200] },
      z.object({
        events: z.array(
          z.object({ id: z.string(), resource_name: z.string(), resource_status: z.string() }),
        ),
      }),
      ({ events }) =>
        events.map(({ id, resource_name: name, resource_status: status }) => ({
          id,
          name,
          status,
        })),
    );
  }

  /** A single event of a resource. */
  event(
    stack: StackIdentity,
    { id, name }: Pick<StackEvent, 'id' | 'name'>,
  ): Promise<ParsedAnswer<true>> {
    const path = `${pathOf(stack)}/resources/${name}/events/${id}`;
    const call = { operation: 'event-show', method: 'GET', path, expect: [200] } as const;
    return this.#requests.read(call, z.object({ event: z.looseObject({}) }), () => true);
  }
}

/** The path of a stack below `stacks`. */
export function pathOf({ name, id }: StackIdentity): string {
  return `/${name}/${id}`;
}
