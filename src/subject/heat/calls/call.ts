import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { jsonIn } from '../../../json.ts';
import type { Expectation } from '../../../load/http/outcome.ts';
import type { RequestSpec } from '../../../load/http/request.ts';
import { mismatch, type StackIdentity } from '../api/answers.ts';
import type { StandingStack } from '../workload/standing.ts';

/** The objects of calls: they exist from before the baseline to the end. */
export interface CallObjects {
  readonly stack: StandingStack;
  /** A second stack without the tag: with a nested stack and a hidden parameter. */
  readonly second: StackIdentity;
  /** Has the tag that hides a stack from lists. */
  readonly hidden: StackIdentity;
  /** Was deleted before the baseline. */
  readonly gone: StackIdentity;
  /** The project of the calls' user, and one whose stacks the user must not see. */
  readonly project: string;
  readonly otherProject: string;
  /** The project of the administrator. */
  readonly adminProject: string;
}

/** Users with less rights than the load's, in the project of the calls, and an administrator. */
export type CallUser = 'reader' | 'guest' | 'admin';

/** A request to Heat's API, and the expected answer at base, in the mixed state and at target. */
export interface HeatCall {
  /** Its name in events: the request, and for a refusal the reason. */
  readonly operation: string;
  /** The methods of topic `engine` that an API calls to answer it; empty if it needs no engine. */
  readonly rpc: readonly string[];
  readonly method: RequestSpec['method'];
  /** Below `/v1`. */
  readonly path: string;
  /** Sent without a token, to a path of the whole service. */
  readonly anonymous?: true;
  readonly body?: unknown;
  /** Default: the user of the load. */
  readonly user?: CallUser;
  readonly expect: readonly number[];
  /** The first major version of Heat that answers so. Default: all do. */
  readonly since?: number;
  /** Why it is not the expected answer. */
  readonly check?: Expectation['check'];
  readonly checkHeaders?: Expectation['checkHeaders'];
  /**
   * Another call of the same method is repeated until it crossed both ways. This one is sent once
   * in each state, because rpc/client.py puts every argument into every message, independent of its
   * value.
   */
  readonly once?: true;
  /** The whole answer must stay the same, because its object does not change. */
  readonly steady?: true;
  /** The part of the parsed answer that has to stay the same. Default: all of it. */
  readonly part?: (body: unknown) => unknown;
  /** The next call on the object that this call made, by its id. */
  readonly next?: (id: string) => HeatCall;
  /** The id of the object that it made, as its answer has it. */
  readonly made?: (body: string) => string | undefined;
}

/** An error as the API shows it (heat/api/middleware/fault.py, `FaultWrapper._error`). */
const fault = z.object({ code: z.number(), error: z.object({ type: z.string() }) });

/** Checks a refusal: the code in the body is the status, and the error has this type. */
export function refusedWith(status: number, type?: string): (body: string) => string | undefined {
  const due = fault.refine(
    ({ code, error }) => code === status && (type === undefined || error.type === type),
    { error: `it is not the error ${status}${type === undefined ? '' : ` ${type}`}` },
  );
  return (body) => mismatch(due, body);
}

const objects = z.record(z.string(), z.unknown());
/** Texts of an error: clients show them, and rely on their presence alone. */
const TEXTS: readonly string[] = ['title', 'explanation', 'message', 'traceback'];

/** The parts on which clients rely: everything but the texts of an error. */
export function kindOfError(body: unknown): unknown {
  const fields = objects.safeParse(body).data ?? {};
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      if (name === 'error') return [name, kindOfError(value)];
      return [name, TEXTS.includes(name) && typeof value === 'string' ? 'a text' : value];
    }),
  );
}

/** Checks that a body is an object with all of these names. */
export function has(...names: readonly string[]): (body: string) => string | undefined {
  const due = z
    .record(z.string(), z.unknown())
    .refine((found) => names.every((name) => name in found), {
      error: `it has no ${names.join(' or no ')}`,
    });
  return (body) => mismatch(due, body);
}

/** Checks that the object under a name has these values; further values do not count. */
export function shows(
  name: string,
  due: Readonly<Record<string, unknown>>,
): (body: string) => string | undefined {
  const object = z.object({ [name]: z.record(z.string(), z.unknown()) });
  return (body) => {
    const wrong = mismatch(object, body);
    if (wrong !== undefined) return wrong;
    const shown = object.parse(JSON.parse(body))[name] ?? {};
    const other = Object.entries(due).filter(
      ([key, value]) => !isDeepStrictEqual(shown[key], value),
    );
    return other.length === 0
      ? undefined
      : other
          .map(
            ([key, value]) =>
              `${name}.${key} is ${JSON.stringify(shown[key])}, due is ${JSON.stringify(value)}`,
          )
          .join('; ');
  };
}

/**
 * Checks a list of stacks.
 *
 * @param due The expected number of stacks, and `count` if there is one. Default: every number, as
 * long as list and count agree.
 */
export function counts(due?: number): (body: string) => string | undefined {
  const list = z
    .object({ stacks: z.array(z.unknown()), count: z.number().optional() })
    .refine(
      ({ stacks, count = stacks.length }) =>
        stacks.length === count && (due === undefined || count === due),
      { error: `it does not have ${due ?? 'as many stacks as it counts'}` },
    );
  return (body) => mismatch(list, body);
}

/**
 * Checks a list of objects by the value that each has under a key.
 *
 * @param as `ordered`: these, in this order. `any order`: these. `among others`: these, and there
 * may be more.
 */
export function lists(
  name: string,
  key: string,
  due: readonly string[],
  as: 'ordered' | 'any order' | 'among others' = 'ordered',
): (body: string) => string | undefined {
  const list = z.object({ [name]: z.array(z.looseObject({ [key]: z.string() })) });
  return (body) => {
    const wrong = mismatch(list, body);
    if (wrong !== undefined) return wrong;
    const found = (list.parse(JSON.parse(body))[name] ?? []).flatMap((entry) => entry[key] ?? []);
    const isDue = {
      ordered: () => isDeepStrictEqual(found, due),
      'any order': () => isDeepStrictEqual(found.toSorted(), due.toSorted()),
      'among others': () => due.every((value) => found.includes(value)),
    }[as]();
    return isDue
      ? undefined
      : `${name} are ${JSON.stringify(found)}, due are ${JSON.stringify(due)} (${as})`;
  };
}

const events = z.object({
  events: z.array(z.object({ id: z.string(), resource_name: z.string() })),
});

/** Reads the id of the first event of a resource in a list of events. */
export function eventOf(resource: string): (body: string) => string | undefined {
  return (body) => {
    const found = events.safeParse(JSON.parse(body));
    return found.data?.events.find(({ resource_name: name }) => name === resource)?.id;
  };
}

/** Reads a string in a body by its path. */
export function stringAt(...path: readonly string[]): (body: string) => string | undefined {
  return (body) => {
    let value = jsonIn(body);
    for (const name of path) {
      const record = z.record(z.string(), z.unknown()).safeParse(value);
      if (!record.success) return undefined;
      value = record.data[name];
    }
    return typeof value === 'string' ? value : undefined;
  };
}
