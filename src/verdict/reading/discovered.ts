import type { EventOf, RunEvent } from '../../events/event.ts';
import { PATH_FACTS } from '../../events/families/discovered.ts';
import { groupBy } from '../history/group.ts';
import { union, type Interval } from '../history/interval.ts';
import type { FactValue, Watched, WatchedFact, WatchedService } from '../schema/verdict.ts';

type Differing = NonNullable<Watched['mixed']>[number];
type AnswerSeen = EventOf<'answer-seen'>;

const OF_THE_PATH: ReadonlySet<string> = new Set(Object.values(PATH_FACTS));

/**
 * What a watched cloud's own answers showed of its services. None of it is judged: a clause needs
 * what a service runs, and an answer shows only who answered.
 *
 * @param endpoint The address that got the load, whose release is named.
 * @returns Nothing for events of a watch that did not ask.
 */
export function readDiscovered(
  events: readonly RunEvent[],
  { endpoint }: Pick<Watched, 'endpoint'>,
): Pick<Watched, 'services' | 'mixed' | 'releases'> {
  const found = events.filter((event) => event.type === 'endpoint-found');
  if (found.length === 0) return {};
  const answers = events.filter((event) => event.type === 'answer-seen');
  // A continued watch found them again.
  const services = groupBy(found, placeOf).map(([one]): WatchedService => {
    const own = answers.filter((answer) => placeOf(answer) === placeOf(one));
    return {
      service: one.service,
      url: one.url,
      interfaces: [...one.interfaces],
      region: one.region ?? null,
      silent: one.silent ?? null,
      facts: factsIn(own),
    };
  });
  const watched = answers.filter(({ url }) => url === endpoint);
  return {
    services,
    mixed: [...services.flatMap(byTurns), ...betweenAddresses(services)].toSorted(
      (a, b) => a.from - b.from,
    ),
    releases: {
      first: releaseIn(firstRound(watched)),
      last: releaseIn(watched.filter(({ round }) => round === 'last')),
    },
  };
}

function placeOf({ service, url }: Pick<WatchedService, 'service' | 'url'>): string {
  return `${service} ${url}`;
}

function factsIn(answers: readonly AnswerSeen[]): WatchedFact[] {
  const shown = answers.flatMap((answer) => answer.shown.map((one) => ({ ...one, at: answer.at })));
  return groupBy(shown, ({ fact }) => fact).map((own): WatchedFact => {
    const valued = own.flatMap((one) =>
      one.value === undefined ? [] : [{ ...one, value: one.value }],
    );
    const values = groupBy(valued, ({ value }) => value).map((same): FactValue => {
      const [{ value, at, releases }] = same;
      return {
        value,
        from: at,
        to: same.reduce((latest, one) => Math.max(latest, one.at), at),
        answers: same.length,
        ...(releases === undefined ? {} : { releases: [...releases] }),
      };
    });
    return {
      fact: own[0].fact,
      values,
      why: values.length > 0 ? null : (own[0].why ?? 'no answer shows it'),
    };
  });
}

/** One address: a value was seen again after another one had been seen. */
function byTurns({ service, url, facts }: WatchedService): readonly Differing[] {
  return facts.flatMap(({ fact, values }) =>
    differing(
      pairsOf(values).flatMap(([one, later]) =>
        one.to > later.from ? [{ values: [one, later], from: later.from, to: one.to }] : [],
      ),
      { service, fact, urls: [url] },
    ),
  );
}

/** Two addresses of a service showed different values in the same time. */
function betweenAddresses(services: readonly WatchedService[]): readonly Differing[] {
  return groupBy(services, ({ service }) => service).flatMap((own) =>
    pairsOf(own).flatMap(([one, other]) =>
      (isOneCloud(one, other) ? one.facts : [])
        .filter(({ fact }) => !OF_THE_PATH.has(fact))
        .flatMap(({ fact, values }) => {
          const others = other.facts.find((same) => same.fact === fact)?.values ?? [];
          const apart = values.flatMap((a) =>
            others.flatMap((b) => {
              const from = Math.max(a.from, b.from);
              const to = Math.min(a.to, b.to);
              return a.value !== b.value && to > from ? [{ values: [a, b], from, to }] : [];
            }),
          );
          return differing(apart, { service: one.service, fact, urls: [one.url, other.url] });
        }),
    ),
  );
}

/** Regions may differ: each has services of its own. */
function isOneCloud(one: WatchedService, other: WatchedService): boolean {
  return one.region === null || other.region === null || one.region === other.region;
}

function differing(
  found: readonly (Interval & { readonly values: readonly FactValue[] })[],
  common: Pick<Differing, 'service' | 'fact' | 'urls'>,
): readonly Differing[] {
  return union(found).map(({ from, to }) => ({
    ...common,
    values: [
      ...new Set(
        found
          .filter((one) => one.from <= to && one.to >= from)
          .flatMap(({ values }) => values.map(({ value }) => value)),
      ),
    ],
    from,
    to,
    seconds: (to - from) / 1000,
  }));
}

function pairsOf<Item>(items: readonly Item[]): readonly (readonly [Item, Item])[] {
  return items.flatMap((one, index) =>
    items.slice(index + 1).map((other) => [one, other] as const),
  );
}

/** A continued watch has another first round. */
function firstRound(answers: readonly AnswerSeen[]): readonly AnswerSeen[] {
  const end = answers.findIndex(({ round }) => round !== 'first');
  return end === -1 ? answers : answers.slice(0, end);
}

/** `null` if no answer says anything about the release, or if the answers contradict each other. */
function releaseIn(answers: readonly AnswerSeen[]): NonNullable<Watched['releases']>['first'] {
  const said = answers.flatMap(({ shown }) =>
    shown.flatMap(({ fact, releases }) => (releases === undefined ? [] : [{ fact, releases }])),
  );
  const facts = groupBy(said, ({ fact }) => fact);
  const settled = facts.filter(
    (own) => new Set(own.map(({ releases }) => releases.join())).size === 1,
  );
  const [first, ...rest] = settled.map(([{ releases }]) => releases);
  const among = (first ?? []).filter((name) => rest.every((other) => other.includes(name)));
  const mixed = settled.length < facts.length;
  return among.length === 0 && !mixed ? null : { among, mixed };
}
