import { accessibleClauses } from './clauses/accessible.ts';
import { overall } from './clauses/clause.ts';
import { withinSight } from './clauses/out-of-sight.ts';
import { rollingClauses } from './clauses/rolling.ts';
import { upgradeClauses } from './clauses/upgrade.ts';
import { zeroDowntimeClauses } from './clauses/zero-downtime.ts';
import { zeroImpactClauses } from './clauses/zero-impact.ts';
import type { Reading } from './reading/reading.ts';
import { type Clause, type Tag, type TagName, type Forecast } from './schema/verdict.ts';

/**
 * The five tags. They form a lattice: where a tag builds on another, that one is the first of
 * its clauses.
 */
export function readTags(
  reading: Reading,
  forecasts: readonly Forecast[],
): Readonly<Record<TagName, Tag>> {
  const { start } = reading;
  const upgrade = tagOf(withinSight(upgradeClauses(reading), start));
  const onUpgrade = holds('supports-upgrade', upgrade);
  const accessible = tagOf([onUpgrade, ...accessibleClauses(reading)]);
  const rolling = tagOf([onUpgrade, ...withinSight(rollingClauses(reading, forecasts), start)]);
  const zeroDowntime = tagOf([
    onUpgrade,
    // A single server of infrastructure has no mixed state that could be held.
    ...(reading.onlyInfrastructure ? [] : [holds('supports-rolling-upgrade', rolling)]),
    ...zeroDowntimeClauses(reading),
  ]);
  const zeroImpact = tagOf([
    holds('supports-zero-downtime-upgrade', zeroDowntime),
    ...zeroImpactClauses(reading),
  ]);
  return {
    'supports-upgrade': upgrade,
    'supports-accessible-upgrade': accessible,
    'supports-rolling-upgrade': rolling,
    'supports-zero-downtime-upgrade': zeroDowntime,
    'supports-zero-impact-upgrade': zeroImpact,
  };
}

function tagOf(clauses: readonly Clause[]): Tag {
  return { status: overall(clauses.map(({ status }) => status)), clauses };
}

/** Being built on a tag, as a clause. */
function holds(name: TagName, { status, clauses }: Tag): Clause {
  const unmet = clauses.filter((clause) => clause.status !== 'proven');
  return {
    id: `holds-${name}`,
    status,
    title: `Holds ${name}`,
    evidence:
      unmet.length === 0
        ? [`All ${clauses.length} of its clauses are proven.`]
        : unmet.map((clause) => `${clause.id} is ${clause.status}.`),
  };
}

/** The clause to name when a tag is not held: the first failed one, else the first unproven. */
export function firstUnmet({ clauses }: Tag): Clause | undefined {
  return (
    clauses.find(({ status }) => status === 'failed') ??
    clauses.find(({ status }) => status === 'not-proven')
  );
}
