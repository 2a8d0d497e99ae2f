import { PATH_FACTS } from '../events/families/discovered.ts';
import { seconds } from '../text/seconds.ts';
import type { FactValue, Watched, WatchedFact, WatchedService } from '../verdict/schema/verdict.ts';

type WatchedRelease = NonNullable<Watched['releases']>['first'];

/** `24 (2025.1) or older`, `23 (2024.2) or 24 (2025.1)`, `25 (2025.2) or newer`. */
function among(releases: readonly string[]): string {
  const [first = '', ...rest] = releases;
  const last = rest.at(-1);
  if (last === undefined) return first;
  if (last.endsWith(' or newer')) return `${first} or newer`;
  if (first.endsWith(' or older')) return `${last} or older`;
  return rest.length === 1 ? `${first} or ${last}` : `${first} to ${last}`;
}

function releaseInWords(release: WatchedRelease): string {
  if (release === null) return 'not observed';
  if (release.mixed) return 'more than one';
  return among(release.among);
}

/** The release before the load and after the upgrade, by the answers alone. */
export function releasesInWords({ releases }: Watched): string | undefined {
  if (releases === undefined) return undefined;
  const { first, last } = releases;
  if (first === null && last === null) return 'release not observed';
  const [before, after] = [releaseInWords(first), releaseInWords(last)];
  return before === after ? `release ${before}` : `release ${before} before, ${after} after`;
}

/** The same before the load began. */
export function firstReleaseInWords({ releases }: Watched): string {
  return `release ${releaseInWords(releases?.first ?? null)}`;
}

/** A value; for one that depends on the release, the releases. */
function valueInWords({ value, releases }: FactValue): string {
  return releases === undefined ? value : among(releases);
}

/** A fact with its value, e.g. `Server Apache`; `25 (2025.2) or newer: OS::X hidden`. */
export function seenInWords({
  fact,
  value,
  releases,
}: {
  readonly fact: string;
  readonly value: string;
  readonly releases?: readonly string[] | undefined;
}): string {
  const own = `${fact} ${value}`;
  return releases === undefined ? own : `release ${among(releases)} (${own})`;
}

/** `orchestration http://cloud:8004 (public): API versions v1.0 CURRENT; not observed: engines (answered 403)`. */
export function serviceInWords({
  service,
  url,
  interfaces,
  silent,
  facts,
}: WatchedService): string {
  const place = `${service} ${url} (${interfaces.join(', ')})`;
  if (silent !== null) return `${place}: no answer (${silent})`;
  const told = facts.filter(({ values: [one] }) => one?.releases === undefined);
  const seen = told.filter(isTelling).map(({ fact, values }) => {
    return `${fact} ${values.map(valueInWords).join(', ')}`;
  });
  const missing = told
    .filter(({ values }) => values.length === 0)
    .map(({ fact, why }) => `${fact} (${why ?? ''})`);
  const parts = [...seen, ...(missing.length === 0 ? [] : [`not observed: ${missing.join(', ')}`])];
  return `${place}: ${parts.join('; ')}`;
}

/** A header that no answer has is no news; a missing request id is. */
function isTelling({ fact, values }: WatchedFact): boolean {
  const [one] = values;
  if (one === undefined) return false;
  if (values.length > 1) return true;
  const usual = fact === PATH_FACTS.requestId ? 'in the answers' : 'none';
  return one.value !== usual;
}

/** A fact whose answers changed, at one address. */
export interface ChangedFact {
  readonly service: string;
  readonly url: string;
  readonly fact: string;
  readonly values: readonly FactValue[];
}

export function changedFacts({ services = [] }: Watched): readonly ChangedFact[] {
  return services.flatMap(({ service, url, facts }) =>
    facts.flatMap(({ fact, values }) =>
      values.length > 1 ? [{ service, url, fact, values }] : [],
    ),
  );
}

/** `orchestration: 24 (2025.1) or older (offered) until 53.3 s, 25 (2025.2) or newer (hidden) from 41.2 s`. */
export function changeInWords({ service, fact, values }: ChangedFact): string {
  const [first, ...others] = values;
  if (first === undefined) return '';
  const name = first.releases === undefined ? `${service}, ${fact}` : service;
  return `${name}: ${valueInWords(first)} until ${seconds(first.to)}; ${others
    .map((one) => `${valueInWords(one)} from ${seconds(one.from)}`)
    .join('; ')}`;
}
