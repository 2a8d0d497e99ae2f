import { z } from 'zod';
import { WholeAnswers } from '../../calls/whole-answer.ts';

const anything = z.looseObject({});
const stackBody = z.object({ stack: anything });
const resourcesBody = z.object({
  resources: z.array(z.looseObject({ resource_type: z.string() })),
});
const eventsBody = z.object({
  events: z.array(z.looseObject({ resource_name: z.string(), resource_status: z.string() })),
});
const eventBody = z.object({ event: z.looseObject({ resource_type: z.string() }) });
const snapshotBody = z.object({ snapshot: z.looseObject({ data: anything.nullish() }) });

/** Fields that differ from one stack of the load to the next. */
const OF_A_STACK = [
  'outputs',
  'parameters',
  'stack_status',
  'stack_user_project_id',
  'template_description',
  'description',
  'updated_time',
];
const OF_A_FAILURE = OF_A_STACK.filter((key) => key !== 'stack_status' && key !== 'outputs');
/** Fields that depend on the place of a resource in its stack. */
const OF_A_RESOURCE = ['links', 'parent_resource', 'required_by', 'updated_time'];

/**
 * Compares Heat's descriptions of the load's stacks with those of the first stacks, which the base
 * made: what had a value must have one. Names, times, texts and further values do not count. This
 * finds an engine that stores less than the base, and a changed default.
 */
export class Likeness {
  readonly #first = new WholeAnswers([]);
  #closed = false;

  /**
   * From now on, the target may be the cause of a difference. So no further description becomes the
   * first of its kind.
   */
  close(): void {
    this.#closed = true;
  }

  /** The description of a stack. */
  stack(body: string): string | undefined {
    const found = stackBody.safeParse(JSON.parse(body)).data;
    return found && this.#difference('a stack', without(found.stack, OF_A_STACK));
  }

  /**
   * A stack that had to fail.
   *
   * @param how Its action, and the due end.
   * @param resources The answer that lists them; `undefined` if their state is chance.
   */
  failure(how: string, stack: string, resources: string | undefined): string | undefined {
    const { data: shown } = stackBody.safeParse(JSON.parse(stack));
    const listed =
      resources === undefined ? [] : resourcesBody.safeParse(JSON.parse(resources)).data?.resources;
    if (shown === undefined || listed === undefined) return undefined;
    return this.#difference(`a stack that ended as ${how}`, {
      stack: without(shown.stack, OF_A_FAILURE),
      resources: listed.map((one) => without(one, OF_A_RESOURCE)),
    });
  }

  /** The resources of a new stack. */
  resources(body: string): string | undefined {
    const found = resourcesBody.safeParse(JSON.parse(body)).data?.resources ?? [];
    return this.#firstOf(
      found.map((one) => [`a resource ${one.resource_type}`, without(one, OF_A_RESOURCE)]),
    );
  }

  /** @param typeOf The type of a resource of the stack; `undefined` for the stack itself. */
  events(body: string, typeOf: (resource: string) => string | undefined): string | undefined {
    const found = eventsBody.safeParse(JSON.parse(body)).data?.events ?? [];
    return this.#firstOf(
      found.map((one) => [
        `an event ${one.resource_status} of ${typeOf(one.resource_name) ?? 'a stack'}`,
        one,
      ]),
    );
  }

  /** A single event, which has more fields than in a list. */
  event(body: string): string | undefined {
    const found = eventBody.safeParse(JSON.parse(body)).data?.event;
    return found && this.#difference(`the event by itself of ${found.resource_type}`, found);
  }

  /**
   * A stack’s newest snapshot. Its resources do not count: a snapshot in a roll from 24.0.0
   * to 26.0.1 had none, and the reason is not known. Restored values are checked by themselves.
   */
  snapshot(body: string): string | undefined {
    const found = snapshotBody.safeParse(JSON.parse(body)).data?.snapshot;
    if (found === undefined) return undefined;
    const { data, ...others } = found;
    return this.#difference('a snapshot', { ...others, data: without(data ?? {}, ['resources']) });
  }

  /** The answer to an accepted action. That to a snapshot has the stack as it was before it. */
  answer(action: string, status: number | undefined, body: string): string | undefined {
    const asked = parsed(body, (key) => action === 'snapshot' && key === 'action');
    return this.#difference(`the answer to ${action}`, { status, body: asked });
  }

  #firstOf(all: readonly (readonly [type: string, object: unknown])[]): string | undefined {
    // Each description is either a first one or compared.
    const found = all.map(([type, object]) => this.#difference(type, object));
    return found.find((difference) => difference !== undefined);
  }

  #difference(type: string, object: unknown): string | undefined {
    if (this.#closed && !this.#first.knows(type)) return undefined;
    const difference = this.#first.difference(type, JSON.stringify(shapeOf(object)));
    return difference === undefined ? undefined : `${type}: ${difference}`;
  }
}

/** The result of an inspection. */
export interface Check {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** @param other The differences. */
export function likeCheck(other: string | undefined): Check {
  const detail = other ?? 'as others of the base';
  return { check: 'shown-like-others', ok: other === undefined, detail };
}

/** @param isLeftOut Fields that do not count, wherever they are. */
function parsed(body: string, isLeftOut: (key: string) => boolean): unknown {
  try {
    return JSON.parse(body, (key, value: unknown) => (isLeftOut(key) ? undefined : value));
  } catch {
    return body;
  }
}

function without(object: Readonly<Record<string, unknown>>, keys: readonly string[]): unknown {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

/**
 * The depth to which an object is compared: deeper values are the user's own, such as a template.
 */
const DEEPEST = 3;

/** Without the fields that differ from one object to the next. */
function shapeOf(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return isWord(value) ? value : '…';
  if (typeof value !== 'object' || value === null) return value;
  if (depth === DEEPEST) return {};
  if (Array.isArray(value)) return value.map((one) => shapeOf(one, depth + 1));
  // A release may show what another had no value for.
  const shown = Object.entries(value).filter(([, one]) => one !== null && one !== '');
  return Object.fromEntries(shown.map(([key, one]) => [key, shapeOf(one, depth + 1)]));
}

/** A status, a type, or nothing. */
function isWord(text: string): boolean {
  return /^[A-Z_]*$/.test(text) || text.startsWith('OS::');
}
