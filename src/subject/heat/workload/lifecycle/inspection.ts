import { isDeepStrictEqual } from 'node:util';
import type { EventSink } from '../../../../events/event.ts';
import type { HttpResult } from '../../../../load/http/request.ts';
import type { SettledOutcome } from '../../../../load/ledger.ts';
import type { CustomKind } from '../../../../scenario/custom/kind.ts';
import type { Stack, StackIdentity, StackResource, StackStatus } from '../../api/answers.ts';
import type { HeatApi } from '../../api/api.ts';
import { MARK_REASON } from '../../api/parts-api.ts';
import { isShapeAction, otherThanShape, type Shape } from '../../api/shape.ts';
import { FAILING, MARKED, partName, type Blueprint } from '../../api/template.ts';
import type { StackAction, StackTurn } from '../../api/turns.ts';
import { WholeAnswers, type Masked } from '../../calls/whole-answer.ts';
import { checkComplete, checkOutputs, dueOf } from '../custom-kind.ts';
import { endsWithAnswer } from './ends.ts';
import { inspectEvents } from './event-inspection.ts';
import { likeCheck, type Likeness } from './likeness.ts';
import { inspectSignals } from './signal-inspection.ts';
import { SIGNAL_ID } from './signal.ts';

const SHOW = 'stack-show';
/** Actions that set a stack's `updated_time`. */
const CHANGES: readonly StackAction[] = ['update', 'replace', 'reshape', 'redefine'];
const LOOKED_AFTER: readonly StackAction[] = [
  'create',
  'update',
  'replace',
  'reshape',
  'redefine',
  'resume',
  'restore',
  'cancel',
  'failing-update',
  'adopt',
];

/**
 * The parts of an answer that a change of a stack changes; everything else stays the same.
 */
const CHANGED_BY_USERS: readonly Masked[] = [
  { path: 'stack.updated_time', why: 'the time of the newest change' },
  { path: 'stack.stack_status', why: 'the newest change' },
  { path: 'stack.stack_status_reason', why: 'the newest change' },
  { path: 'stack.outputs', why: 'each is checked separately' },
  { path: 'stack.parameters.value', why: 'what a change changes' },
  { path: 'stack.parameters.replace', why: 'what a change changes' },
].map((masked) => ({ ...masked, operations: [SHOW] }));

/** Observations of a stack, to compare with later ones. */
export interface SeenStack {
  readonly random: unknown;
  /** Physical ids by part. */
  readonly ids: ReadonlyMap<string, string> | undefined;
}

export interface InspectionOptions {
  readonly name: string;
  readonly blueprint: Blueprint;
  readonly api: Pick<
    HeatApi,
    'show' | 'resources' | 'events' | 'event' | 'metadata' | 'showSnapshot'
  >;
  /** The base's descriptions of other stacks. */
  readonly likeness: Likeness;
  readonly emit: EventSink;
  /** Milliseconds since the start of the run. */
  readonly now: () => number;
  readonly record: (result: HttpResult) => void;
  /** Whether another user deletes a stack with this status. Default: no other user does. */
  readonly isTaken?: ((stack: StackStatus) => boolean) | undefined;
  /** Observations of an earlier run. */
  readonly seen?: SeenStack | undefined;
}

/** Compares a stack with the requested one, after each of its changes. */
export class StackInspection {
  readonly #options: InspectionOptions;
  #random: unknown;
  /** The outputs of a user's own stack after its creation. */
  #outputsMade: Readonly<Record<string, unknown>> | undefined;
  /** Physical ids by part, after the previous change. */
  #ids: ReadonlyMap<string, string> | undefined;
  /** The part that the next change must replace. */
  #unhealthy: string | undefined;
  /** The newest definition that a change gave it. */
  #shape: Shape | undefined;
  /** The first answer can come from the target, which may show more than the base. */
  readonly #shown = new WholeAnswers(CHANGED_BY_USERS, { mayLack: true });

  constructor(options: InspectionOptions) {
    this.#options = options;
    this.#random = options.seen?.random;
    this.#ids = options.seen?.ids;
  }

  get seen(): SeenStack {
    return { random: this.#random, ids: this.#ids };
  }

  /** @param value The value that every resource of a chain must now carry. */
  async after(action: StackAction, stack: StackIdentity, value: string): Promise<void> {
    if (endsWithAnswer(action)) return this.#marked(action, stack);
    if (!LOOKED_AFTER.includes(action)) return;
    const { custom } = this.#options.blueprint;
    if (custom !== undefined) return this.#custom(custom, action, stack);
    if (isShapeAction(action)) this.#shape = this.#options.blueprint.shapes?.[action];
    await this.#outputs(action, stack, value);
    await this.#resources(action, stack);
  }

  /** A stack that had to fail shows its failure, and each of its resources shows its own status. */
  async ended({ action, due }: StackTurn, stack: StackIdentity): Promise<void> {
    const { api, likeness, record } = this.#options;
    if (action === 'failing-update') this.#unhealthy = FAILING;
    const shown = await api.show(stack);
    record(shown.result);
    const listed = await api.resources(stack);
    record(listed.result);
    if (shown.value === undefined || listed.value === undefined) return;
    // Which resources an update had reached when it was stopped is chance.
    const resources = action === 'stop' ? undefined : listed.result.body;
    this.#like(likeness.failure(`${action}: ${due}`, shown.result.body, resources));
  }

  /** A resource with a hook waits until a user clears it. */
  hook(isCleared: boolean, outcome: SettledOutcome | undefined): void {
    if (!isCleared && outcome !== 'completed') return;
    const detail = isCleared ? 'it waited for its signal' : 'the stack was complete without it';
    this.#check('hook-holds', isCleared, detail);
  }

  /** The answer to an accepted action. */
  answered(action: StackAction, { status, body }: Pick<HttpResult, 'status' | 'body'>): void {
    this.#like(this.#options.likeness.answer(action, status, body));
  }

  /** For a user's own stack: the user's conditions. */
  async #custom(kind: CustomKind, action: StackAction, stack: StackIdentity): Promise<void> {
    const { api, record } = this.#options;
    const { result, value: shown } = await api.show(stack);
    record(result);
    if (this.#isTaken(shown)) return;
    if (shown !== undefined) {
      const { outputs } = shown;
      const due = dueOf(kind, action === 'update');
      const before = this.#outputsMade;
      const held = checkOutputs(due, { outputs, before });
      for (const { check, ok, detail } of held) this.#check(check, ok, detail);
      this.#outputsMade ??= outputs;
    }
    const { result: listed, value: resources } = await api.resources(stack);
    record(listed);
    if (resources === undefined) return;
    const { check, ok, detail } = checkComplete(resources);
    this.#check(check, ok, detail);
  }

  /** A complete stack stays complete until the next action on it. */
  async stays(stack: StackIdentity): Promise<void> {
    const { result, value } = await this.#options.api.show(stack);
    this.#options.record(result);
    if (value === undefined || this.#isTaken(value)) return;
    this.#check(
      'stays-complete',
      value.status.endsWith('_COMPLETE'),
      `${value.status}${value.reason === '' ? '' : `: ${value.reason}`}`,
    );
  }

  /**
   * A marked resource shows its health. The next change replaces it if it is unhealthy.
   */
  async #marked(action: StackAction, stack: StackIdentity): Promise<void> {
    const isHealthy = action === 'mark-healthy';
    this.#unhealthy = isHealthy ? undefined : MARKED;
    const { result, value: resources } = await this.#options.api.resources(stack);
    this.#options.record(result);
    const marked = resources?.find((resource) => partName(resource) === MARKED);
    if (marked === undefined) return;
    const { status, reason } = marked;
    this.#check(
      isHealthy ? 'healthy-is-shown' : 'unhealthy-is-shown',
      status === (isHealthy ? 'CHECK_COMPLETE' : 'CHECK_FAILED') && reason.includes(MARK_REASON),
      `${MARKED} is ${status}: ${reason}`,
    );
  }

  /** @param id The id of the stack's newest snapshot. */
  async snapshot(stack: StackIdentity, id: string): Promise<void> {
    const { api, likeness, record } = this.#options;
    const { result, value } = await api.showSnapshot(stack, id);
    record(result);
    if (value !== undefined) this.#like(likeness.snapshot(result.body));
  }

  #like(other: string | undefined): void {
    const { check, ok, detail } = likeCheck(other);
    this.#check(check, ok, detail);
  }

  async #outputs(action: StackAction, stack: StackIdentity, value: string): Promise<void> {
    const { result, value: shown } = await this.#options.api.show(stack);
    this.#options.record(result);
    if (shown === undefined || this.#isTaken(shown)) return;
    this.#definition(action, shown, result.body);
    if (CHANGES.includes(action)) {
      const { updatedAt } = shown;
      this.#check(
        'change-has-a-time',
        updatedAt !== undefined,
        `updated_time is ${updatedAt ?? 'null'}`,
      );
    }
    this.#values(shown, value);
    const checks = await inspectSignals(stack, this.#options);
    for (const { check, ok, detail } of checks) this.#check(check, ok, detail);
  }

  /** Whether the stack is shown as it was made, or as it was redefined. */
  #definition(action: StackAction, shown: Stack, body: string): void {
    // A restored stack has lost its tags (heat/engine/stack.py, `restore_data`), with or without an
    // upgrade. An adopted stack is another one.
    if (action === 'restore' || action === 'adopt') return;
    const other =
      this.#shape === undefined
        ? this.#shown.difference(SHOW, body)
        : otherThanShape(this.#shape, shown);
    const check = this.#shape === undefined ? 'shown-as-made' : 'defined-as-asked';
    this.#check(check, other === undefined, other ?? 'as it was asked for');
    // Of a stack's updates, only a cancelled one is rolled back automatically. A new definition has its
    // own time-out.
    const isOrdinary = this.#options.blueprint.rollback !== true && this.#shape === undefined;
    if (isOrdinary) this.#like(this.#options.likeness.stack(body));
  }

  /** Whether the outputs have the values that they must have. */
  #values(shown: Stack, value: string): void {
    const { random, last, data } = shown.outputs;
    const { signal } = this.#options.blueprint;
    if (signal !== undefined && signal !== 'hook') {
      this.#check(
        'signal-carries-data',
        typeof data === 'string' && data.includes(SIGNAL_ID_AS_VALUE),
        `data is ${JSON.stringify(data)}`,
      );
    }
    const seen = `${shown.status} random ${JSON.stringify(random)}, last ${JSON.stringify(last)}`;
    if (this.#random === undefined) {
      this.#random = random;
      this.#check('random-string-is-there', each(random).every(isText), seen);
    } else {
      const was = JSON.stringify(this.#random);
      const same = isDeepStrictEqual(random, this.#random);
      this.#check('random-string-unchanged', same, same ? seen : `${seen}; random was ${was}`);
    }
    const carried = each(last).every((one) => one === value);
    this.#check('chain-carries-value', carried, `${seen}; last must be ${value}`);
  }

  async #resources(action: StackAction, stack: StackIdentity): Promise<void> {
    const { api, blueprint, record } = this.#options;
    const { result, value: resources } = await api.resources(stack);
    record(result);
    if (resources === undefined) {
      // The next check would count this change as its own.
      this.#ids = undefined;
      return;
    }
    const found = resources.map(partName).sort();
    const expected = (this.#shape ?? blueprint).parts.toSorted();
    const odd = resources.filter(({ status }) => !status.endsWith('_COMPLETE'));
    const matches = isDeepStrictEqual(found, expected) && odd.length === 0;
    if (!matches && (await this.#wasTaken(stack))) return;
    this.#check(
      'resources-match-template',
      matches,
      [
        `${found.length} of ${expected.length} resources: ${found.join(' ')}`,
        ...odd.map((resource) => `${partName(resource)} is ${resource.status}`),
      ].join('; '),
    );
    const withId = resources.filter(({ physicalId }) => physicalId !== '');
    this.#check(
      'physical-ids-unique',
      new Set(withId.map(({ physicalId }) => physicalId)).size === withId.length,
      `${withId.length} physical ids of ${resources.length} resources`,
    );
    this.#identity(action, resources);
    if (action !== 'create') return;
    this.#like(this.#options.likeness.resources(result.body));
    const checks = await inspectEvents(stack, resources, this.#options);
    for (const { check, ok, detail } of checks) this.#check(check, ok, detail);
  }

  /** A resource that is updated in place stays the same; a replaced one becomes another. */
  #identity(action: StackAction, resources: readonly StackResource[]): void {
    const before = this.#ids;
    this.#ids = new Map(resources.map((one) => [partName(one), one.physicalId]));
    if (before === undefined) return;
    const changed = resources.filter(
      (one) => before.has(partName(one)) && before.get(partName(one)) !== one.physicalId,
    );
    const unhealthy = this.#unhealthy;
    this.#unhealthy = undefined;
    const { replaced = [] } = this.#options.blueprint;
    const due = resources.filter((one) =>
      action === 'replace'
        ? isReplaced(one)
        : partName(one) === unhealthy || replaced.includes(partName(one)),
    );
    const detail = `${changed.length} of ${resources.length} resources have another physical id; due are ${due.length}`;
    const same = isDeepStrictEqual(changed.map(partName).sort(), due.map(partName).sort());
    this.#check(due.length > 0 ? 'replaced-once' : 'changed-in-place', same, detail);
  }

  /** While a stack is being deleted, the API shows fewer and fewer resources. */
  async #wasTaken(stack: StackIdentity): Promise<boolean> {
    if (this.#options.isTaken === undefined) return false;
    const { result, value } = await this.#options.api.show(stack);
    this.#options.record(result);
    return this.#isTaken(value);
  }

  #isTaken(stack: StackStatus | undefined): boolean {
    return stack !== undefined && this.#options.isTaken?.(stack) === true;
  }

  #check(check: string, ok: boolean, detail: string): void {
    const { name, emit, now } = this.#options;
    emit({ type: 'integrity-checked', at: now(), check, object: name, ok, detail });
  }
}

/** The output is a JSON object with the signals by their ids. */
const SIGNAL_ID_AS_VALUE = `: "${SIGNAL_ID}"`;

function isReplaced({ type }: StackResource): boolean {
  return type === 'OS::Heat::TestResource';
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

/** The values of an output; for a group, one for each member. */
function each(output: unknown): readonly unknown[] {
  return Array.isArray(output) ? output : [output];
}
