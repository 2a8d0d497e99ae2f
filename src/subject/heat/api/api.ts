import { z } from 'zod';
import type { Token } from '../../../infra/keystone.ts';
import type { HttpClient } from '../../../load/http/http-client.ts';
import type { ParsedAnswer } from '../../json-body.ts';
import {
  abandoned,
  created,
  listed,
  otherLocation,
  shown,
  snapshot,
  snapshotOrBusy,
  statusOf,
  type Snapshot,
  type Stack,
  type StackIdentity,
  type StackStatus,
} from './answers.ts';
import { detailsOf, detailFiles, type Files, type StackDetails, type Template } from './details.ts';
import { PartsApi, pathOf } from './parts-api.ts';
import type { Shape, ShapeAction } from './shape.ts';
import { CONFLICT, StackRequests } from './stack-requests.ts';

/** An action on a stack that leaves its template unchanged. */
export type ApiAction = 'check' | 'suspend' | 'resume';

/**
 * The time-out of each action on a stack. Not Heat's default (60): a lost action would not show.
 */
const TIMEOUT_MINUTES = 59;

/** Heat's API v1, for one project. Each call is one request; nothing is retried. */
export class HeatApi extends PartsApi {
  readonly #requests: StackRequests;

  constructor(client: HttpClient, token: Token, server?: string) {
    const requests = new StackRequests(client, token, server);
    super(requests);
    this.#requests = requests;
  }

  /** The same API through one server, see `StackRequests`; without a name, through any. */
  through(server: string | undefined): HeatApi {
    const { client, token } = this.#requests;
    return server === this.#requests.server ? this : new HeatApi(client, token, server);
  }

  /** @param ids Of the wanted stacks. Default: all stacks of the project. */
  list(ids: readonly string[] = []): Promise<ParsedAnswer<readonly StackStatus[]>> {
    const path = ids.length === 0 ? '' : `?${ids.map((id) => `id=${id}`).join('&')}`;
    const call = { operation: 'stack-list', method: 'GET', path, expect: [200] } as const;
    return this.#requests.read(call, listed, ({ stacks }) => stacks.map(statusOf));
  }

  /** Makes a stack; its value is the stack's id. */
  create(
    name: string,
    template: Template,
    parameters: Readonly<Record<string, unknown>>,
    details: StackDetails = {},
  ): Promise<ParsedAnswer<string>> {
    return this.#make('stack-create', name, { template, parameters, ...detailsOf(details) });
  }

  /** Makes a stack of the resources of an abandoned one, from the answer to `abandon`. */
  adopt(name: string, abandoned: string, details: StackDetails): Promise<ParsedAnswer<string>> {
    return this.#make('stack-adopt', name, {
      adopt_stack_data: abandoned,
      ...detailsOf(details),
    });
  }

  #make(operation: string, name: string, content: object): Promise<ParsedAnswer<string>> {
    return this.#requests.read(
      {
        operation,
        method: 'POST',
        path: '',
        expect: [201],
        body: { stack_name: name, timeout_mins: TIMEOUT_MINUTES, ...content },
      },
      created,
      ({ stack }) => stack.id,
      (headers, { stack }) => otherLocation(headers, pathOf({ name, id: stack.id })),
    );
  }

  /** Replaces everything that defines a stack (`PUT`). */
  replace(
    stack: StackIdentity,
    template: Template,
    parameters: Readonly<Record<string, unknown>>,
    details: StackDetails = {},
  ): Promise<ParsedAnswer<true>> {
    return this.#requests.write({
      operation: 'stack-update',
      method: 'PUT',
      path: pathOf(stack),
      expect: [202],
      body: {
        template,
        parameters,
        timeout_mins: TIMEOUT_MINUTES,
        ...detailsOf(details),
      },
    });
  }

  /**
   * Changes parameters, and the template if a new one is given; otherwise keeps the template
   * (`PATCH`, "existing").
   */
  update(
    stack: StackIdentity,
    parameters: Readonly<Record<string, unknown>>,
    { template, files = {} }: { readonly template?: Template; readonly files?: Files } = {},
  ): Promise<ParsedAnswer<true>> {
    return this.#requests.write({
      operation: 'stack-update',
      method: 'PATCH',
      path: pathOf(stack),
      expect: [202],
      body: { parameters, ...(template && { template, ...detailFiles(files) }) },
    });
  }

  /** Gives a stack another definition: merged with the old one, or in its place. */
  reshape(
    stack: StackIdentity,
    how: ShapeAction,
    parameters: Readonly<Record<string, unknown>>,
    { body }: Shape,
  ): Promise<ParsedAnswer<true>> {
    return this.#requests.write({
      operation: 'stack-update',
      method: how === 'reshape' ? 'PATCH' : 'PUT',
      path: pathOf(stack),
      expect: [202],
      body: { ...body, parameters: { ...body.parameters, ...parameters } },
    });
  }

  delete(stack: StackIdentity): Promise<ParsedAnswer<true>> {
    const path = pathOf(stack);
    return this.#requests.write({
      operation: 'stack-delete',
      method: 'DELETE',
      path,
      expect: [204],
    });
  }

  /** Heat forgets the stack; its resources stay. The answer is the stack's whole description. */
  abandon(stack: StackIdentity): Promise<ParsedAnswer<true>> {
    const path = `${pathOf(stack)}/abandon`;
    const call = { operation: 'stack-abandon', method: 'DELETE', path, expect: [200] } as const;
    return this.#requests.read(call, abandoned, () => true);
  }

  /**
   * @param mayBeBusy If the stack is still busy with another operation, there is no value and no
   * loss.
   */
  act(stack: StackIdentity, action: ApiAction, mayBeBusy: boolean): Promise<ParsedAnswer<true>> {
    return this.#act(stack, action, mayBeBusy ? [CONFLICT] : []);
  }

  #act(
    stack: StackIdentity,
    action: string,
    mayBe: readonly number[] = [],
  ): Promise<ParsedAnswer<true>> {
    return this.#requests.write({
      operation: `stack-${action.replaceAll('_', '-')}`,
      method: 'POST',
      path: `${pathOf(stack)}/actions`,
      expect: [200, ...mayBe],
      body: { [action]: null },
    });
  }

  /** Cancels the update under way. @param how Back to the state before it, or as it is now. */
  cancelUpdate(stack: StackIdentity, how: 'back' | 'as-it-is'): Promise<ParsedAnswer<true>> {
    return this.#act(stack, how === 'back' ? 'cancel_update' : 'cancel_without_rollback');
  }

  /** Begins a snapshot. @param mayBeBusy As in `act`. */
  snapshot(stack: StackIdentity, name: string, mayBeBusy: boolean): Promise<ParsedAnswer<true>> {
    return this.#requests.write({
      operation: 'stack-snapshot',
      method: 'POST',
      path: `${pathOf(stack)}/snapshots`,
      expect: [200, ...(mayBeBusy ? [CONFLICT] : [])],
      body: { name },
    });
  }

  /**
   * Asks for a snapshot of a stack with an update under way: 409 `ActionInProgress`. If the update
   * has just ended, a snapshot begins.
   */
  snapshotOfBusy(stack: StackIdentity, name: string): Promise<ParsedAnswer<unknown>> {
    return this.#requests.read(
      {
        operation: 'stack-snapshot-busy',
        method: 'POST',
        path: `${pathOf(stack)}/snapshots`,
        expect: [200, CONFLICT],
        body: { name },
      },
      snapshotOrBusy,
      (answer) => answer,
    );
  }

  snapshots(stack: StackIdentity): Promise<ParsedAnswer<readonly Snapshot[]>> {
    const path = `${pathOf(stack)}/snapshots`;
    return this.#requests.read(
      { operation: 'snapshot-list', method: 'GET', path, expect: [200] },
      z.object({ snapshots: z.array(snapshot) }),
      ({ snapshots }) =>
        snapshots.map(({ id, status, status_reason }) => ({
          id,
          status: status ?? '',
          reason: status_reason ?? '',
        })),
    );
  }

  showSnapshot(stack: StackIdentity, id: string): Promise<ParsedAnswer<true>> {
    const path = `${pathOf(stack)}/snapshots/${id}`;
    const call = { operation: 'snapshot-show', method: 'GET', path, expect: [200] } as const;
    return this.#requests.read(call, z.object({ snapshot: z.looseObject({}) }), () => true);
  }

  deleteSnapshot(stack: StackIdentity, id: string): Promise<ParsedAnswer<true>> {
    return this.#requests.write({
      operation: 'snapshot-delete',
      method: 'DELETE',
      path: `${pathOf(stack)}/snapshots/${id}`,
      expect: [204],
    });
  }

  /** Restores a stack from its snapshot. @param mayBeBusy As in `act`. */
  restore(stack: StackIdentity, id: string, mayBeBusy: boolean): Promise<ParsedAnswer<true>> {
    return this.#requests.write({
      operation: 'stack-restore',
      method: 'POST',
      path: `${pathOf(stack)}/snapshots/${id}/restore`,
      expect: [202, ...(mayBeBusy ? [CONFLICT] : [])],
    });
  }

  /** A stack with its outputs; a deleted one is shown too, by its id. */
  show(stack: StackIdentity): Promise<ParsedAnswer<Stack>> {
    const path = pathOf(stack);
    return this.#requests.read(
      { operation: 'stack-show', method: 'GET', path, expect: [200] },
      shown,
      ({ stack: found }) => ({
        ...statusOf(found),
        updatedAt: found.updated_time ?? undefined,
        tags: found.tags ?? [],
        timeoutMinutes: found.timeout_mins ?? undefined,
        outputs: Object.fromEntries(
          (found.outputs ?? []).map(({ output_key, output_value }) => [output_key, output_value]),
        ),
      }),
    );
  }

  /** Looks a stack up by its name. @param exists Otherwise the answer must be 404. */
  find({ name }: Pick<StackIdentity, 'name'>, exists: boolean): Promise<ParsedAnswer<true>> {
    return this.#requests.write({
      operation: 'stack-find',
      method: 'GET',
      path: `/${name}`,
      expect: [exists ? 302 : 404],
    });
  }
}
