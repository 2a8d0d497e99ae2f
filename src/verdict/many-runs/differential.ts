import type { EventOf, RunEvent } from '../../events/event.ts';
import { kindOf } from '../../scenario/topology/topology.ts';

/** The kinds of observations, in the order in which they are listed. */
export const TRAIT_FAMILIES = ['answer', 'operation', 'message', 'record', 'log'] as const;
export type TraitFamily = (typeof TRAIT_FAMILIES)[number];

/** One observation of a run, in words that do not depend on time, chance or release. */
export interface Trait {
  readonly family: TraitFamily;
  readonly text: string;
  /** A request was not served, work did not complete, a record is wrong, or a service logged an error. */
  readonly harm: boolean;
  /** How often. */
  readonly count: number;
}

/**
 * The three runs of a differential test. All three swap the services, but only `mixed` has two
 * releases.
 */
export interface ThreeRuns<T> {
  readonly base: T;
  readonly mixed: T;
  readonly target: T;
}

export interface Differential {
  /**
   * Seen where old and new ran together, but in neither run of a single release: the upgrade caused
   * it.
   */
  readonly findings: readonly Trait[];
  /** Seen in the run of the target but not in the run of the base: a change of behaviour. */
  readonly added: readonly Trait[];
  /** Seen in the run of the base but not in the run of the target. */
  readonly gone: readonly Trait[];
}

/**
 * Compares three runs of one seed: base to base, base to target, target to target. A restart costs
 * the same in all three, so the rest is due to two releases side by side.
 */
export function differential(runs: ThreeRuns<readonly RunEvent[]>): Differential {
  const base = traitsOf(runs.base);
  const mixed = traitsOf(runs.mixed);
  const target = traitsOf(runs.target);
  return {
    findings: without(mixed, base, target),
    added: without(target, base),
    gone: without(base, target),
  };
}

function without(
  traits: ReadonlyMap<string, Trait>,
  ...others: readonly ReadonlyMap<string, Trait>[]
): readonly Trait[] {
  return [...traits]
    .filter(([key]) => !others.some((other) => other.has(key)))
    .map(([, trait]) => trait)
    .toSorted(
      (one, other) =>
        TRAIT_FAMILIES.indexOf(one.family) - TRAIT_FAMILIES.indexOf(other.family) ||
        (one.text < other.text ? -1 : 1),
    );
}

function traitsOf(events: readonly RunEvent[]): ReadonlyMap<string, Trait> {
  const traits = new Map<string, Trait>();
  for (const event of events) {
    const found = traitOf(event);
    if (found === undefined) continue;
    const key = `${found.family} ${found.text}`;
    traits.set(key, { ...found, count: (traits.get(key)?.count ?? 0) + found.count });
  }
  return traits;
}

/** How an event of each type shows a trait; the others show none. */
const READ = {
  request: ({ control, operation, outcome, status, detail }) => {
    if (control === true) return undefined;
    const harm = outcome !== 'served';
    const how = harm ? `${outcome} ${status ?? ''}`.trim() : `${status ?? 'served'}`;
    const wrong =
      outcome === 'wrong-body' || outcome === 'wrong-headers' ? `: ${masked(detail ?? '')}` : '';
    return { family: 'answer', text: `${operation}: ${how}${wrong}`, harm, count: 1 };
  },
  'operation-settled': ({ action, outcome, status }) => ({
    family: 'operation',
    text: `${action}: ${outcome}, ${masked(status)}`,
    harm: outcome !== 'completed',
    count: 1,
  }),
  'rpc-observed': ({ topic, method, kind, from, to, count }) => ({
    family: 'message',
    text: `${method} (${kind}, topic ${masked(topic)}): ${kindOf(from.service)} → ${kindOf(to.service)}`,
    harm: false,
    count,
  }),
  'integrity-checked': ({ check, ok }) => ({
    family: 'record',
    text: `${check}: ${ok ? 'holds' : 'does not hold'}`,
    harm: !ok,
    count: 1,
  }),
  'log-finding': ({ severity, service, title }) =>
    severity === 'harmless'
      ? undefined
      : {
          family: 'log',
          text: `${kindOf(service)}: ${severity}, ${masked(title)}`,
          harm: severity === 'error',
          count: 1,
        },
} as const satisfies {
  readonly [Type in RunEvent['type']]?: (event: EventOf<Type>) => Trait | undefined;
};

function traitOf(event: RunEvent): Trait | undefined {
  if (event.type === 'request') return READ.request(event);
  if (event.type === 'operation-settled') return READ['operation-settled'](event);
  if (event.type === 'rpc-observed') return READ['rpc-observed'](event);
  if (event.type === 'integrity-checked') return READ['integrity-checked'](event);
  if (event.type === 'log-finding') return READ['log-finding'](event);
  return undefined;
}

/** Ids, names of objects, times and numbers, which differ from run to run. */
const VARIABLE: readonly (readonly [RegExp, string])[] = [
  [/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g, 'ID'],
  [/\b[0-9a-f]{32}\b/g, 'ID'],
  [/\brollgate-[\w.-]+/g, 'STACK'],
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?Z?/g, 'TIME'],
  [/\d+/g, 'N'],
];

function masked(text: string): string {
  return VARIABLE.reduce((left, [pattern, word]) => left.replaceAll(pattern, word), text);
}
