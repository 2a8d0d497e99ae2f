import { TAGS, type TagName } from '../../scenario/tag.ts';
import type { Cause, Status, Verdict } from '../schema/verdict.ts';

/** Two runs, compared. */
export interface SideBySide {
  /** Differences between the two requests, e.g. their choreography: `[what, first, second]`. */
  readonly setups: readonly (readonly [string, string, string])[];
  /** Each cause of either run, in the runs' order of causes; `null` if a run does not have it. */
  readonly causes: readonly {
    readonly first: Cause | null;
    readonly second: Cause | null;
  }[];
  /** Lost requests by probe, kind of connection and operation, if either run lost one. */
  readonly lost: readonly {
    readonly probe: string;
    readonly connection: string;
    readonly operation: string;
    readonly first: number;
    readonly second: number;
  }[];
  /** The tags, each with the clauses whose status differs. */
  readonly tags: readonly {
    readonly name: TagName;
    readonly first: Status;
    readonly second: Status;
    readonly clauses: readonly {
      readonly title: string;
      readonly first: Status | null;
      readonly second: Status | null;
    }[];
  }[];
}

/**
 * The losses of one run that the other does not have. A cause has the same id in two runs of one
 * plan. If the plans differ, steps differ too. Then causes are also matched by kind, harm, node and
 * service.
 */
export function sideBySide(first: Verdict, second: Verdict): SideBySide {
  const setups = setupsOf(first, second);
  return {
    setups,
    causes: causesOf(first.causes, second.causes, setups.length > 0),
    lost: lostOf(first, second),
    tags: TAGS.map((name) => tagOf(name, first, second)),
  };
}

function setupsOf(first: Verdict, second: Verdict): SideBySide['setups'] {
  const setup = (verdict: Verdict): readonly (readonly [string, string])[] => [
    ['scenario', verdict.scenario],
    ['base', `${verdict.base.series} (${verdict.base.version})`],
    ['target', `${verdict.target.series} (${verdict.target.version})`],
    ['choreography', verdict.choreography],
    ['topology', verdict.topology],
    ['deployer', verdict.deployer?.name ?? 'the lab’s own settings'],
  ];
  const other = new Map(setup(second));
  return setup(first).flatMap(([what, value]) => {
    const its = other.get(what) ?? '';
    return its === value ? [] : [[what, value, its] as const];
  });
}

function causesOf(
  first: readonly Cause[],
  second: readonly Cause[],
  plansDiffer: boolean,
): SideBySide['causes'] {
  const unmet = new Set(second);
  const take = (matches: (cause: Cause) => boolean): Cause | null => {
    const met = [...unmet].find(matches) ?? null;
    if (met !== null) unmet.delete(met);
    return met;
  };
  const byId = new Map(first.map((one) => [one, take(({ id }) => id === one.id)] as const));
  const pairs = first.map((one) => ({
    first: one,
    second:
      byId.get(one) ?? (plansDiffer ? take((other) => placeOf(other) === placeOf(one)) : null),
  }));
  return [...pairs, ...[...unmet].map((other) => ({ first: null, second: other }))];
}

function placeOf({ kind, harm, node, service }: Cause): string {
  return JSON.stringify([kind, harm, node, service]);
}

function lostOf(first: Verdict, second: Verdict): SideBySide['lost'] {
  const count = ({ api }: Verdict): ReadonlyMap<string, number> => {
    const counts = new Map<string, number>();
    for (const { probe, connection, operation } of api.lost) {
      const key = JSON.stringify([probe, connection, operation]);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return counts;
  };
  const [one, other] = [count(first), count(second)];
  const requests = new Map(
    [...first.api.lost, ...second.api.lost].map(
      ({ probe, connection, operation }) =>
        [JSON.stringify([probe, connection, operation]), { probe, connection, operation }] as const,
    ),
  );
  return [...requests]
    .map(([key, request]) => ({
      ...request,
      first: one.get(key) ?? 0,
      second: other.get(key) ?? 0,
    }))
    .toSorted((a, b) => b.first + b.second - (a.first + a.second));
}

function tagOf(name: TagName, first: Verdict, second: Verdict): SideBySide['tags'][number] {
  const clauses = (verdict: Verdict): ReadonlyMap<string, readonly [string, Status]> =>
    new Map(verdict.tags[name].clauses.map(({ id, title, status }) => [id, [title, status]]));
  const [one, other] = [clauses(first), clauses(second)];
  return {
    name,
    first: first.tags[name].status,
    second: second.tags[name].status,
    clauses: [...new Set([...one.keys(), ...other.keys()])].flatMap((id) => {
      const [title, status] = one.get(id) ?? [undefined, null];
      const [itsTitle, its] = other.get(id) ?? [undefined, null];
      return status === its ? [] : [{ title: title ?? itsTitle ?? id, first: status, second: its }];
    }),
  };
}
