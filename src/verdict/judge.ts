import { RollgateError } from '../errors.ts';
import type { EventOf, RunEvent } from '../events/event.ts';
import { EXIT } from '../exit.ts';
import { given } from '../given.ts';
import { findCauses } from './causes/assemble.ts';
import { readTags } from './clauses/tags.ts';
import { conclude } from './outcome.ts';
import { readDatabase } from './reading/database.ts';
import { readDiscovered } from './reading/discovered.ts';
import { readForecasts } from './reading/forecasts.ts';
import { unseenPairs } from './reading/pairs.ts';
import { readingOf, type Reading } from './reading/reading.ts';
import { readRevivals } from './reading/revivals.ts';
import { readRollback } from './reading/rollback.ts';
import { readUnobserved } from './reading/unobserved.ts';
import { judgeRules } from './requirements/order-rules.ts';
import { checkThresholds } from './requirements/thresholds/check.ts';
import { nounOf } from './schema/noun.ts';
import type { Verdict } from './schema/verdict.ts';

/**
 * Judges a run by its events. Pure: the same events give the same verdict to the byte.
 *
 * ```ts
 * import { judge, readRun } from 'rollgate';
 *
 * const { outcome, causes } = judge(await readRun('runs/nightly'));
 * console.log(outcome, causes.map(({ kind }) => kind));
 * ```
 *
 * @throws RollgateError `run-not-started` if the events have no start of a run.
 */
export function judge(events: readonly RunEvent[]): Verdict {
  if (!Array.isArray(events)) {
    throw new RollgateError('run-not-started', 'judge: expected a list of events', {
      kind: 'usage',
      hint: 'Read them first: judge(await readRun(directory)).',
    });
  }
  const reading = readingOf(events);
  const { start, steps, api, ledger, mixed, endAt } = reading;
  const { seconds, share, tooNoisy, why, intervals } = reading.noise;
  const causes = findCauses(reading);
  const forecasts = readForecasts(reading, causes);
  const tags = readTags(reading, forecasts);
  const thresholds = checkThresholds(reading);
  const rules = judgeRules(reading);
  const database = readDatabase(reading.events);
  const notBegun = readNotBegun(events);
  const unobserved = start.watched === undefined ? [] : readUnobserved(reading.events, steps);
  return {
    format: 1,
    ...conclude(reading, tags, { thresholds, rules }),
    lab: start.lab,
    scenario: start.scenario,
    subject: start.subject,
    noun: nounOf(start),
    base: start.base,
    target: start.target,
    configurationChanges: start.configurationChanges ?? null,
    ...given({ skips: start.skips }),
    infrastructure: infrastructureOf(reading),
    ...given({ database }),
    choreography: start.choreography,
    deployer: start.deployer ?? null,
    watched: watchedOf(start, reading.events),
    topology: start.topology,
    ...given({ transport: start.transport }),
    seed: start.seed,
    durationSeconds: (endAt - start.at) / 1000,
    require: start.require,
    tags,
    api,
    ...(reading.beside.length === 0 ? {} : { beside: [...reading.beside] }),
    ...(unobserved.length === 0 ? {} : { unobserved: [...unobserved] }),
    stacks: ledger.stacks,
    ...(notBegun === 0 ? {} : { notBegun }),
    operations: ledger.counts,
    matrix: ledger.matrix,
    revivals: [...readRevivals(reading.events)],
    rollback: readRollback(reading),
    unseenPairs: unseenPairs(reading.services, ledger),
    crossing: reading.crossing,
    mixed,
    ...(reading.changedCode === null ? {} : { changedCode: reading.changedCode }),
    impact: reading.impact,
    noise: { seconds, share, tooNoisy, why, intervals },
    thresholds,
    ...(rules.length === 0 ? {} : { rules }),
    checks: reading.checks,
    pauses: pausesOf(reading),
    causes,
    preflight: reading.preflight,
    predictions: [...forecasts],
    steps: stepsOf(reading),
  };
}

/** How many objects the load was due to begin and did not. */
function readNotBegun(events: readonly RunEvent[]): number {
  return events
    .filter((event) => event.type === 'load-left-out')
    .reduce((sum, { objects = 0 }) => sum + objects, 0);
}

function infrastructureOf({ infrastructure }: Reading): Verdict['infrastructure'] {
  return infrastructure.map(({ service, from, to, stoppingAt, servingAt }) => ({
    service,
    from,
    to,
    seconds: servingAt === null ? null : (servingAt - stoppingAt) / 1000,
  }));
}

function pausesOf({ pauses }: Reading): Verdict['pauses'] {
  return pauses.map(({ from, to, next, why, load }) => ({
    from,
    to,
    seconds: (to - from) / 1000,
    next,
    why: [...why],
    load,
  }));
}

function stepsOf({ steps }: Reading): Verdict['steps'] {
  return steps.all.map(({ id, name, stage, from, seconds, status }) => ({
    id,
    name,
    stage,
    startedAt: from,
    seconds,
    status,
  }));
}

function watchedOf(
  { watched }: EventOf<'run-started'>,
  events: readonly RunEvent[],
): Verdict['watched'] {
  if (watched === undefined) return null;
  const { cloud, endpoint, project } = watched;
  return { cloud, endpoint, project, ...readDiscovered(events, watched) };
}

/** The exit status of a command that ends with this verdict. */
export function exitStatusOfVerdict({ outcome, ended }: Verdict): 0 | 1 | 99 | 105 {
  if (outcome === 'passed') return EXIT.proven;
  if (outcome === 'failed') return EXIT.requirementFailed;
  return ended === 'aborted' ? EXIT.aborted : EXIT.harness;
}
