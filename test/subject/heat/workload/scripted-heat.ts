import type { RequestSpec } from '../../../../src/load/http/request.ts';
import type { Shape } from '../../../../src/subject/heat/api/shape.ts';
import type { Blueprint } from '../../../../src/subject/heat/api/template.ts';
import { STACK_ID, scriptedClient, type Script } from './scripted-client.ts';

interface Part {
  readonly name: string;
  readonly type: string;
  physicalId: string;
}

/** Heat's work on one stack, as its API shows it. */
export class ScriptedHeat {
  readonly client = scriptedClient(
    (request) => this.#answer(request),
    (request) => this.serverOf(request),
  );
  /** The operations that were asked for, in order, without those that only look. */
  readonly asked: string[] = [];
  status: string | undefined;
  /** Left out of the answers, as if it had been lost. */
  readonly missing = new Set<string>();
  /** The current value of the random string. */
  random = 'abc';
  /** Whether it replaces the resources that an update asks to replace. */
  replaces = true;
  /** Resources whose completion has no event. */
  readonly untold = new Set<string>();
  /** The fields of the stack beside its outputs. */
  more: object = {};
  /** The fields of a single event beside its resource's type. */
  event: object = {};
  /** How a creation ends. */
  createsAs = 'CREATE_COMPLETE';
  /** How a check ends. */
  checksAs = 'CHECK_COMPLETE';
  /** Whether a cancelled update leaves what it had changed. */
  keepsCancelled = false;
  /** The error of a request while an action is under way. */
  busyAs = 'ActionInProgress';
  /** Why each resource has its status. */
  reason = 'marked by rollgate';
  /** The part of a signal's data that it keeps. */
  signalData: string | null = 'rollgate';
  /** The metadata of a wait condition's handle. */
  metadata: object = { rollgate: { data: 'rollgate', status: 'SUCCESS' } };
  /** Whether an update leaves the stack with a time. */
  notesUpdates = true;
  /** The link in a creation's answer, if it does not lead to the stack. */
  location: string | undefined;
  /** The value of a restored stack, if it differs from its snapshot's. */
  restoresTo: string | undefined;
  /** The server that answers. */
  serverOf: (request: RequestSpec) => string = () => 'node1/heat-api';
  /** Carries out the request, and the answer is lost. */
  lost: (request: RequestSpec) => boolean = () => false;
  /** Answers in place of it. */
  instead: Script = () => undefined;
  #parts: readonly Part[];
  #value = '';
  #updatedAt: string | null = null;
  #valueInSnapshot = '';
  #unhealthy: string | undefined;
  /** It was unhealthy. */
  #healed: string | undefined;
  /** Whether it takes a resource for healthy that is marked so. */
  heals = true;
  #snapshots: { readonly id: string; status: string }[] = [];
  /** Whether it deletes the oldest snapshot in place of the named one. */
  deletesOldest = false;
  /** Whether it stops an update that is cancelled as it is, and rolls back one that failed. */
  keepsToIt = true;
  #serial = 0;
  #signalled: boolean;
  /** Whether a creation waits for its signal. */
  awaits: boolean;
  readonly #name: string;
  readonly #blueprint: Blueprint;
  #shape: Shape | undefined;
  /** Outputs that do not become what a new definition makes of them. */
  outputs: Readonly<Record<string, unknown>> = {};

  constructor(name: string, blueprint: Blueprint) {
    this.#name = name;
    this.#blueprint = blueprint;
    this.#signalled = blueprint.signal === undefined;
    this.awaits = !this.#signalled;
    this.#parts = blueprint.parts.map((part) => this.#newPart(part));
  }

  /** Ends what is in progress. */
  complete(): void {
    if (!this.awaits) this.#signalled = true;
    if (this.status === 'CREATE_IN_PROGRESS' && this.#signalled) this.status = this.createsAs;
    if (this.status === 'CHECK_IN_PROGRESS') this.status = this.checksAs;
    if (this.#signalled) this.status = this.status?.replace('_IN_PROGRESS', '_COMPLETE');
    if (this.status === 'DELETE_COMPLETE') this.status = undefined;
    this.#snapshots = this.#snapshots.filter(({ status }) => status !== 'DELETING');
    for (const snapshot of this.#snapshots) snapshot.status = 'COMPLETE';
  }

  get stack() {
    return { id: STACK_ID, name: this.#name, status: this.status ?? '', reason: '' };
  }

  #answer(request: RequestSpec): ReturnType<Script> {
    const instead = this.instead(request);
    if (instead !== undefined) return instead;
    const answer = this.#answerAfter(request);
    return this.lost(request) ? { status: 502 } : answer;
  }

  #answerAfter(request: RequestSpec): ReturnType<Script> {
    const { operation } = request;
    switch (operation) {
      case 'stack-list':
        return { status: 200, body: { stacks: this.#listed() } };
      case 'stack-show':
        return this.#shown();
      case 'resource-list':
        return { status: 200, body: { resources: this.#resources() } };
      case 'event-list':
        return { status: 200, body: { events: this.#events() } };
      case 'event-show':
        return { status: 200, body: { event: { resource_type: 'another', ...this.event } } };
      case 'resource-metadata':
        return { status: 200, body: { metadata: this.metadata } };
      case 'stack-find':
        return { status: this.status === undefined ? 404 : 302 };
      case 'snapshot-show':
        return { status: 200, body: { snapshot: this.#snapshots.at(-1) } };
      case 'snapshot-list':
        return { status: 200, body: { snapshots: this.#snapshots } };
      default:
        return this.#write(request);
    }
  }

  #write({ operation, body, path }: RequestSpec): ReturnType<Script> {
    const overtakes = /^signal|^stack-(update|cancel-update|cancel-without-rollback|delete)$/.test(
      operation,
    );
    if (this.status?.endsWith('_IN_PROGRESS') === true && !overtakes) {
      return { status: 409, body: { code: 409, error: { type: this.busyAs } } };
    }
    this.asked.push(operation);
    switch (operation) {
      case 'stack-create':
        this.#value = valueIn(body);
        this.#begin('CREATE');
        return this.#made();
      case 'stack-adopt':
        this.#begin('ADOPT');
        return this.#made();
      case 'stack-update':
        this.#value = valueIn(body);
        if (this.replaces && body?.includes('"replace":"true"') === true) this.replaceAll();
        if (this.replaces) this.#heal();
        if (this.replaces) this.#replaceDue();
        this.#reshape(body);
        if (this.notesUpdates) this.#updatedAt = '2026-01-01T00:00:00Z';
        this.#begin('UPDATE');
        if (body?.includes('"fail":"true"') === true) this.#fail();
        return { status: 202 };
      case 'stack-delete':
        this.#begin('DELETE');
        return { status: 204 };
      case 'stack-snapshot':
        this.#snapshots.push({ id: this.#newId(), status: 'IN_PROGRESS' });
        if (this.#snapshots.length === 1) this.#valueInSnapshot = this.#value;
        this.#begin('SNAPSHOT');
        return { status: 200, body: {} };
      case 'stack-restore':
        this.#value = this.restoresTo ?? this.#valueInSnapshot;
        this.#begin('RESTORE');
        return { status: 202 };
      case 'stack-cancel-update':
        if (!this.keepsCancelled) this.#value = String(Number(this.#value) - 1);
        this.#begin('ROLLBACK');
        return { status: 200 };
      case 'stack-cancel-without-rollback':
        if (this.keepsToIt) this.status = 'UPDATE_FAILED';
        else this.#begin('ROLLBACK');
        return { status: 200 };
      case 'stack-abandon':
        this.#begin('DELETE');
        return { status: 200, body: { name: this.#name, template: {}, resources: {} } };
      case 'resource-mark-unhealthy':
        this.#unhealthy = 'link1';
        return { status: 200 };
      case 'resource-mark-healthy':
        if (this.heals) [this.#unhealthy, this.#healed] = [undefined, this.#unhealthy];
        return { status: 200 };
      case 'snapshot-delete':
        for (const [index, snapshot] of this.#snapshots.entries()) {
          const isNamed = this.deletesOldest ? index === 0 : path.endsWith(`/${snapshot.id}`);
          if (isNamed) snapshot.status = 'DELETING';
        }
        return { status: 204 };
      case 'signal':
        this.#signalled = true;
        return { status: 200 };
      case 'signal-cfn':
        this.#signalled = true;
        return { status: 200 };
      default:
        this.#begin(operation.replace('stack-', '').toUpperCase());
        return { status: 200 };
    }
  }

  #made(): ReturnType<Script> {
    return {
      status: 201,
      headers: {
        location: this.location ?? `http://heat/v1/p/stacks/${this.#name}/${STACK_ID}`,
      },
      body: { stack: { id: STACK_ID } },
    };
  }

  #begin(action: string): void {
    this.status = `${action}_IN_PROGRESS`;
  }

  /** An update fails, and is rolled back. */
  #fail(): void {
    this.#value = String(Number(this.#value) - 1);
    for (const part of this.#parts) if (part.name === 'failing') part.physicalId = this.#newId();
    if (this.keepsToIt) this.#begin('ROLLBACK');
    else this.status = 'UPDATE_FAILED';
  }

  /** A resource marked as unhealthy is replaced. */
  #heal(): void {
    for (const part of this.#parts) {
      if (part.name === this.#unhealthy) part.physicalId = this.#newId();
    }
    this.#unhealthy = undefined;
  }

  #isHeld(name: string): boolean {
    return this.#blueprint.signal === 'hook' && name === 'link1' && this.awaits && !this.#signalled;
  }

  /** A change replaces what it always replaces. */
  #replaceDue(): void {
    for (const part of this.#parts) {
      if (this.#blueprint.replaced?.includes(part.name)) part.physicalId = this.#newId();
    }
  }

  #newPart(name: string): Part {
    return {
      name,
      type: name.includes('link') ? 'OS::Heat::TestResource' : 'another',
      physicalId: this.#newId(),
    };
  }

  /** Takes the new definition of an update, if it has one. */
  #reshape(body: string | undefined): void {
    const shapes = Object.values(this.#blueprint.shapes ?? {});
    const shape = shapes.find(({ body: { tags } }) => body?.includes(`"tags":"${tags}"`));
    if (shape === undefined) return;
    this.#shape = shape;
    this.#parts = shape.parts.map(
      (part) => this.#parts.find(({ name }) => name === part) ?? this.#newPart(part),
    );
  }

  /** Every link becomes another resource. */
  replaceAll(): void {
    for (const part of this.#parts) if (part.name.includes('link')) part.physicalId = this.#newId();
  }

  #newId(): string {
    this.#serial += 1;
    return `physical-${this.#serial}`;
  }

  #listed() {
    const { status } = this;
    return status === undefined
      ? []
      : [{ id: STACK_ID, stack_name: this.#name, stack_status: status }];
  }

  #shown(): ReturnType<Script> {
    if (this.status === undefined) return { status: 404 };
    const signal = JSON.stringify({ alarm_url: 'http://haproxy:8000/v1/waitcondition/arn?S=x' });
    const outputs = {
      random: this.random,
      last: this.#value,
      endpoint: 'http://haproxy:8004/v1/p/stacks/s/i/resources/handle/signal',
      token: 'token of the stack’s user',
      signal,
      data: JSON.stringify({ rollgate: this.signalData }).replace(':', ': '),
      ...this.#shape?.outputs,
      ...this.outputs,
    };
    const body = {
      stack: {
        id: STACK_ID,
        stack_name: this.#name,
        stack_status: this.status,
        updated_time: this.#updatedAt,
        ...(this.#shape && {
          tags: [this.#shape.body.tags],
          timeout_mins: this.#shape.body.timeout_mins,
        }),
        ...this.more,
        outputs: Object.entries(outputs).map(([output_key, output_value]) => ({
          output_key,
          output_value,
        })),
      },
    };
    return { status: 200, body };
  }

  #events() {
    const hooked = { id: 'hook', resource_name: 'link1', resource_status: 'INIT_COMPLETE' };
    if (this.#blueprint.signal === 'hook' && !this.#signalled) return [hooked];
    return this.#parts
      .filter(({ name }) => !this.untold.has(name))
      .map(({ name }) => ({
        id: `event of ${name}`,
        resource_name: name,
        resource_status: 'CREATE_COMPLETE',
      }));
  }

  #resources() {
    return this.#parts
      .filter(({ name }) => !this.missing.has(name))
      .map(({ name, type, physicalId }) => {
        const [last = '', parent] = name.split('/').toReversed();
        return {
          resource_name: last,
          ...(parent === undefined ? {} : { parent_resource: parent }),
          resource_type: type,
          resource_status:
            name === this.#unhealthy
              ? 'CHECK_FAILED'
              : this.#isHeld(name)
                ? 'INIT_COMPLETE'
                : this.status?.endsWith('_IN_PROGRESS') === true
                  ? this.status
                  : name === this.#healed
                    ? 'CHECK_COMPLETE'
                    : 'CREATE_COMPLETE',
          resource_status_reason: this.reason,
          physical_resource_id: physicalId,
        };
      });
  }
}

function valueIn(body: string | undefined): string {
  // A template may have a value too; the parameters come after it.
  return [...(body ?? '').matchAll(/"value":"([^"]*)"/g)].at(-1)?.[1] ?? '';
}
