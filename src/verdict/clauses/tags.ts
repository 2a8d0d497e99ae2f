import { harnessFailed } from '../reading/failures/harness-failure.ts';
import type { Reading } from '../reading/reading.ts';
import { type Clause, type Tag, type TagName, type Forecast } from '../schema/verdict.ts';
import { accessibleClauses } from './accessible.ts';
import { overall } from './clause.ts';
import { withinSight } from './out-of-sight.ts';
import { rollingClauses } from './rolling.ts';
import { upgradeClauses } from './upgrade.ts';
import { zeroDowntimeClauses } from './zero-downtime.ts';
import { zeroImpactClauses } from './zero-impact.ts';

/**
 * The five tags. They form a lattice: if a tag builds on another, that other tag is its first
 * clause. If the harness broke the run off, no tag is failed.
 */
export function readTags(
  reading: Reading,
  forecasts: readonly Forecast[],
): Readonly<Record<TagName, Tag>> {
  const { start } = reading;
  const isJudged = !harnessFailed(reading);
  const tagOf = (clauses: readonly Clause[]): Tag => {
    const judged = isJudged ? clauses : clauses.map(notJudged);
    return { status: overall(judged.map(({ status }) => status)), clauses: judged };
  };
  const upgrade = tagOf(withinSight(upgradeClauses(reading), start));
  const onUpgrade = holds('supports-upgrade', upgrade);
  const accessible = tagOf([onUpgrade, ...accessibleClauses(reading)]);
  const rolling = tagOf([onUpgrade, ...withinSight(rollingClauses(reading, forecasts), start)]);
  const zeroDowntime = tagOf([
    onUpgrade,
    // A single infrastructure server cannot have a mixed state.
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

/** A failed clause of a run that the harness broke off: the observations stay as evidence. */
function notJudged(clause: Clause): Clause {
  if (clause.status !== 'failed') return clause;
  const [first = '', ...more] = clause.evidence;
  const why = `Not judged, since the harness broke the run off: ${first}`;
  return { ...clause, status: 'not-proven', evidence: [why, ...more] };
}

/** A clause for the tag on which another tag builds. */
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

/**
 * The clause to name for a tag that is not proven: the first failed one, otherwise the first
 * unproven one.
 */
export function firstUnmet({ clauses }: Tag): Clause | undefined {
  return (
    clauses.find(({ status }) => status === 'failed') ??
    clauses.find(({ status }) => status === 'not-proven')
  );
}
