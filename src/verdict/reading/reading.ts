import { RollgateError } from '../../errors.ts';
import type { EventOf, RunEvent } from '../../events/event.ts';
import { MARK } from '../../words.ts';
import { readAppetites, type Appetite } from '../history/appetite.ts';
import { readBaseFailures } from '../history/base/failures.ts';
import { readDeaths } from '../history/deaths.ts';
import { readInfrastructureSwaps, type InfrastructureSwap } from '../history/infrastructure.ts';
import { coverage, type Interval } from '../history/interval.ts';
import { readLedger, type Ledger } from '../history/ledger.ts';
import { readLockedTables, tableBehind } from '../history/locked-tables.ts';
import { withMarks } from '../history/marked.ts';
import { readDropped } from '../history/messages/dropped.ts';
import { readCrossing, readExchanges, type MethodCount } from '../history/messages/exchanges.ts';
import { readMisdelivered } from '../history/messages/misdelivered.ts';
import { readStarvations } from '../history/messages/starved.ts';
import { readUnanswered } from '../history/messages/unanswered.ts';
import { readMixed } from '../history/mixed.ts';
import { readPauses, silencesOf, type Pause } from '../history/pauses.ts';
import { readServices, type Services } from '../history/services/services.ts';
import { readSteps, type StepInterval, type Steps } from '../history/steps.ts';
import { readWindows, type Windows } from '../history/windows.ts';
import { readApiGaps } from '../requests/api-gaps.ts';
import { readAvailability } from '../requests/availability.ts';
import { readBeside } from '../requests/beside.ts';
import { readAnswerers } from '../requests/losses/answerers.ts';
import type { LossContext } from '../requests/losses/explain-loss.ts';
import { readLeftRows, type LeftRows } from '../requests/losses/left-rows.ts';
import { readLogged } from '../requests/losses/logged.ts';
import {
  readRefusedDeletions,
  type RefusedDeletions,
} from '../requests/losses/refused-deletions.ts';
import { readRefusedTokens } from '../requests/losses/refused-tokens.ts';
import { readNoise, type Noise } from '../requests/noise/noise.ts';
import { readOverloadedWork, type OverloadedWork } from '../requests/noise/overloaded-work.ts';
import { readSaturation } from '../requests/noise/saturation.ts';
import { readOutages } from '../requests/outages.ts';
import { readSlowAtTimes, type SlowAtTimes } from '../requests/times/at-times.ts';
import { readImpact } from '../requests/times/impact.ts';
import { readSlower, type SlowerRequest } from '../requests/times/slower.ts';
import { nounOf } from '../schema/noun.ts';
import {
  type Api,
  type Beside,
  type ChangedCode,
  type CheckVerdict,
  type Comparison,
  type Mixed,
  type Crossing,
  type PreflightStatus,
} from '../schema/verdict.ts';
import { readChangedCode } from './changed-code.ts';
import { readChecks } from './checks.ts';
import { readKilledStops, type KilledStop } from './killed-stops.ts';
import { readPreflight } from './preflight.ts';

/** A run's events, sorted by subject matter; clauses and causes are judged from this. */
export interface Reading extends LossContext {
  /** In time order; events of the same time are in the order of writing. */
  readonly events: readonly RunEvent[];
  readonly start: EventOf<'run-started'>;
  /** `undefined` if the events break off. */
  readonly finish: EventOf<'run-finished'> | undefined;
  /** The last event's time, in milliseconds since the start of the run. */
  readonly endAt: number;
  readonly mixed: Mixed;
  /** `null` if the target's source is not followed. */
  readonly changedCode: ChangedCode | null;
  readonly exchanges: readonly MethodCount[];
  /** `null` if the mixed state was not held for calls to cross. */
  readonly crossing: Crossing | null;
  /** `null` if there was nothing to compare. */
  readonly preflight: PreflightStatus | null;
  readonly windows: Windows;
  readonly impact: readonly Comparison[];
  /** When the base got requests before anything was rolled; empty if the steps are not known. */
  readonly baseline: readonly Interval[];
  readonly api: Api;
  /** Requests in addition to the subject's API. */
  readonly beside: readonly Beside[];
  readonly ledger: Ledger;
  /** The error that kept an operation from its end, if this machine was the reason. */
  readonly overloadedWork: OverloadedWork;
  /** Rows in the subject's database that belong to lost requests. */
  readonly leftRows: LeftRows;
  /** What the subject left elsewhere, because a deletion was refused. */
  readonly refusedDeletions: RefusedDeletions;
  /** Kinds of requests that the target answers later; empty without calls that cross. */
  readonly slower: readonly SlowerRequest[];
  /** Requests of probes that are late now and then since the first swap. */
  readonly slowAtTimes: readonly SlowAtTimes[];
  /** Services of the target that use far more of the machine than the base's. */
  readonly appetites: readonly Appetite[];
  /** Services that were killed because they did not stop in time. */
  readonly killedStops: readonly KilledStop[];
  readonly infrastructure: readonly InfrastructureSwap[];
  /** The run upgrades infrastructure and nothing of the subject; the subject shows the effects. */
  readonly onlyInfrastructure: boolean;
  readonly checks: readonly CheckVerdict[];
  readonly pauses: readonly Pause[];
  /** How long the load was paused during the swaps, in milliseconds. */
  readonly silentMs: number;
}

/** @throws RollgateError `run-not-started` if the events have no start of a run. */
export function readingOf(unsorted: readonly RunEvent[]): Reading {
  const events = inOrderOfTime(unsorted);
  const start = startIn(events);
  const endAt = events.reduce((latest, { at }) => Math.max(latest, at), start.at);
  const steps = readSteps(events);
  const services = withMarks(readServices(start, events), start, steps);
  const pauses = readPauses(events, endAt);
  const silences = silencesOf(pauses, events);
  const mixed = readMixed(services, events, { endAt, silences });
  const windows = readWindows(events, steps, services, { mixed, silences, endAt });
  const noise = readNoise(events, endAt, silences);
  const baseline = baselineOf(start, steps, windows);
  const losses: LossContext = {
    ...explanationsIn(events, { services, endAt, noise }),
    services,
    steps,
    noise,
    baseFailures: readBaseFailures(events, {
      baseline: baseline.length === 0 ? [] : windows.untouched,
      noise,
      noun: nounOf(start),
    }),
  };
  const exchanges = readExchanges(events, services);
  const crossing = readCrossing(events, exchanges);
  return {
    ...losses,
    events,
    start,
    finish: events.findLast((event) => event.type === 'run-finished'),
    endAt,
    mixed,
    changedCode: readChangedCode(events, mixed.intervals),
    exchanges,
    crossing,
    preflight: readPreflight(events),
    windows,
    baseline,
    slower: crossing === null ? [] : readSlower(events, { services, noise }),
    slowAtTimes: readSlowAtTimes(events, { services, noise }),
    appetites: readAppetites(events, services),
    killedStops: readKilledStops(events, noise, services),
    impact: readImpact(events, { start, services, windows, noise }),
    api: readAvailability(events, { ...losses, windows, silences }),
    beside: readBeside(events, {
      asked: { ...start.watched?.beside, ...start.beside },
      steps,
      silences,
    }),
    ledger: readLedger(events, services),
    overloadedWork: readOverloadedWork(events, losses),
    leftRows: readLeftRows(events),
    refusedDeletions: readRefusedDeletions(events, losses.refusedTokens),
    infrastructure: readInfrastructureSwaps(events),
    onlyInfrastructure: services.nothingNew && (start.infrastructure ?? []).length > 0,
    checks: readChecks(events, steps),
    pauses,
    silentMs: silentIn(services, silences),
  };
}

function startIn(events: readonly RunEvent[]): EventOf<'run-started'> {
  const start = events.find((event) => event.type === 'run-started');
  if (start !== undefined) return start;
  throw new RollgateError(
    'run-not-started',
    'The events have no run-started, so they are not a run.',
    { hint: 'Give the folder of a run that started.' },
  );
}

/** Everything in the events that may explain why a request was lost, or which service answered it. */
function explanationsIn(
  events: readonly RunEvent[],
  {
    services,
    endAt,
    noise,
  }: { readonly services: Services; readonly endAt: number; readonly noise: Noise },
): Omit<LossContext, 'services' | 'steps' | 'noise' | 'baseFailures'> {
  const lockedTables = readLockedTables(events);
  const dropped = readDropped(events, services);
  const deaths = readDeaths(events, services);
  const misdelivered = readMisdelivered(events);
  const unanswered = readUnanswered(events, {
    services,
    machine: noise.machine,
    isSaturated: readSaturation(events, new Set(services.lives.map(({ name }) => name))),
    isLost: (request) =>
      tableBehind(lockedTables, request) !== undefined ||
      [dropped, misdelivered, deaths].some((loss) => loss.lostWith(request) !== undefined),
  });
  return {
    outages: readOutages(events, services, endAt),
    apiGaps: readApiGaps(services, endAt),
    lockedTables,
    dropped,
    deaths,
    unanswered,
    starvations: readStarvations(events, { services, dropped, deaths, unanswered }),
    logged: readLogged(events, services),
    answerers: readAnswerers(events, services),
    misdelivered,
    refusedTokens: readRefusedTokens(events),
  };
}

/** Events without a step do not show when the roll began, nor does a watch without a mark. */
function baselineOf(
  { watched }: EventOf<'run-started'>,
  steps: Steps,
  { baseline }: Windows,
): readonly Interval[] {
  const shows = watched === undefined ? () => true : isMark;
  return steps.all.some((step) => step.from !== null && shows(step)) ? baseline : [];
}

/**
 * Logs and the container engine's own events are written when they were read, up to minutes late.
 * The start of the run comes first, even if a log has earlier lines.
 */
function inOrderOfTime(events: readonly RunEvent[]): readonly RunEvent[] {
  const timeOf = (event: RunEvent): number => (event.type === 'run-started' ? -Infinity : event.at);
  return events.toSorted((a, b) => timeOf(a) - timeOf(b) || 0);
}

function isMark({ kind }: StepInterval): boolean {
  return kind === MARK;
}

function silentIn({ firstSwapAt, lastSwapAt }: Services, silences: readonly Interval[]): number {
  if (firstSwapAt === null || lastSwapAt === null || lastSwapAt < firstSwapAt) return 0;
  return coverage(silences, { from: firstSwapAt, to: lastSwapAt });
}
