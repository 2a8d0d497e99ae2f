import { RollgateError } from '../../errors.ts';
import type { EventOf, RunEvent } from '../../events/event.ts';
import { readBaseFailures, type BaseFailure } from '../base/failures.ts';
import { readAppetites, type Appetite } from '../history/appetite.ts';
import { readChecks } from '../history/checks.ts';
import { readDeaths, type Deaths } from '../history/deaths.ts';
import { coverage, type Interval } from '../history/interval.ts';
import { readLedger, type Ledger } from '../history/ledger.ts';
import { readDropped, type DroppedMessages } from '../history/messages/dropped.ts';
import { readCrossing, readExchanges, type Exchange } from '../history/messages/exchanges.ts';
import { readMisdelivered, type MisdeliveredReplies } from '../history/messages/misdelivered.ts';
import { readStarvations, type Starvation } from '../history/messages/starved.ts';
import { readMixed } from '../history/mixed.ts';
import { readPauses, silencesOf, type Pause } from '../history/pauses.ts';
import { readSteps, type StepInterval, type Steps } from '../history/steps.ts';
import { readServices, type Services } from '../history/versions.ts';
import { readWindows, type Windows } from '../history/windows.ts';
import { readAnswerers, type Answerers } from '../requests/answerers.ts';
import { readAvailability } from '../requests/availability.ts';
import { readBeside } from '../requests/beside.ts';
import { readImpact } from '../requests/impact.ts';
import { readLogged, type LoggedReasons } from '../requests/logged.ts';
import { readNoise, type Noise } from '../requests/noise/noise.ts';
import { readOutages, type Outage } from '../requests/outages.ts';
import { readSlower, type SlowerRequest } from '../requests/slower.ts';
import {
  type Api,
  type Beside,
  type ChangedCode,
  type CheckVerdict,
  type Comparison,
  type Mixed,
  type Crossing,
} from '../schema/verdict.ts';
import { nounOf } from '../words/noun.ts';
import { readChangedCode } from './changed-code.ts';
import { readInfrastructureSwaps, type InfrastructureSwap } from './infrastructure.ts';
import { MARK, withMarks } from './marked.ts';

/** A run's events, sorted by subject matter; clauses and causes are judged from this. */
export interface Reading {
  /** In time order; events of the same time are in the order of writing. */
  readonly events: readonly RunEvent[];
  readonly start: EventOf<'run-started'>;
  /** `undefined` if the events break off. */
  readonly finish: EventOf<'run-finished'> | undefined;
  /** The last event's time, in milliseconds since the start of the run. */
  readonly endAt: number;
  readonly steps: Steps;
  readonly services: Services;
  readonly mixed: Mixed;
  /** `null` if the target's source is not followed. */
  readonly changedCode: ChangedCode | null;
  readonly exchanges: readonly Exchange[];
  /** `null` if the mixed state was not held for calls to cross. */
  readonly crossing: Crossing | null;
  readonly windows: Windows;
  readonly noise: Noise;
  readonly outages: readonly Outage[];
  readonly impact: readonly Comparison[];
  /** When the base got requests before anything was rolled; empty if the steps are not known. */
  readonly baseline: readonly Interval[];
  /** The base's own failures. */
  readonly baseFailures: readonly BaseFailure[];
  readonly api: Api;
  /** Requests in addition to the subject's API. */
  readonly beside: readonly Beside[];
  readonly ledger: Ledger;
  readonly dropped: DroppedMessages;
  readonly starvations: readonly Starvation[];
  readonly logged: LoggedReasons;
  readonly answerers: Answerers;
  /** Kinds of requests that the target answers later; empty without calls that cross. */
  readonly slower: readonly SlowerRequest[];
  /** Services of the target that use far more of the machine than the base's. */
  readonly appetites: readonly Appetite[];
  readonly misdelivered: MisdeliveredReplies;
  readonly deaths: Deaths;
  readonly infrastructure: readonly InfrastructureSwap[];
  /** The run upgrades infrastructure and nothing of the subject; the subject shows the effects. */
  readonly onlyInfrastructure: boolean;
  readonly checks: readonly CheckVerdict[];
  readonly pauses: readonly Pause[];
  /** How long the load was paused during the swaps, in milliseconds. */
  readonly silentMs: number;
}

/** @throws RollgateError `run-not-started` if the events have no start of a run. */
export function readRun(unsorted: readonly RunEvent[]): Reading {
  const events = inOrderOfTime(unsorted);
  const start = events.find((event) => event.type === 'run-started');
  if (start === undefined) {
    throw new RollgateError(
      'run-not-started',
      'The events have no run-started, so they are not a run.',
      {
        hint: 'Give the folder of a run that started.',
      },
    );
  }
  const endAt = events.reduce((latest, { at }) => Math.max(latest, at), start.at);
  const steps = readSteps(events);
  const services = withMarks(readServices(start, events), start, steps);
  const pauses = readPauses(events, endAt);
  const silences = silencesOf(pauses, events);
  const mixed = readMixed(services, events, { endAt, silences });
  const windows = readWindows(events, steps, services, { mixed, silences, endAt });
  const noise = readNoise(events, endAt, silences);
  const outages = readOutages(events, services, endAt);
  const dropped = readDropped(events, services);
  const deaths = readDeaths(events, services);
  const starvations = readStarvations(events, { services, dropped, deaths });
  const logged = readLogged(events, services);
  const answerers = readAnswerers(events, services);
  const exchanges = readExchanges(events, services);
  const crossing = readCrossing(events, exchanges);
  const misdelivered = readMisdelivered(events);
  // Events without a step do not show when the roll began, nor does a watch without a mark.
  const counts = start.watched === undefined ? () => true : isMark;
  const baseline = steps.all.some((step) => step.from !== null && counts(step))
    ? windows.baseline
    : [];
  const baseFailures = readBaseFailures(events, { baseline, noise, noun: nounOf(start) });
  return {
    events,
    start,
    finish: events.findLast((event) => event.type === 'run-finished'),
    endAt,
    steps,
    services,
    mixed,
    changedCode: readChangedCode(events, mixed.intervals),
    exchanges,
    crossing,
    windows,
    noise,
    outages,
    baseline,
    baseFailures,
    impact: readImpact(events, { start, services, windows, noise }),
    api: readAvailability(events, {
      services,
      steps,
      windows,
      noise,
      outages,
      dropped,
      starvations,
      logged,
      answerers,
      misdelivered,
      deaths,
      baseFailures,
      silences,
    }),
    beside: readBeside(events, {
      asked: { ...start.watched?.beside, ...start.beside },
      steps,
      silences,
    }),
    ledger: readLedger(events, services),
    dropped,
    starvations,
    logged,
    answerers,
    slower: crossing === null ? [] : readSlower(events, services),
    appetites: readAppetites(events, services),
    misdelivered,
    deaths,
    infrastructure: readInfrastructureSwaps(events),
    onlyInfrastructure: services.nothingNew && (start.infrastructure ?? []).length > 0,
    checks: readChecks(events, steps),
    pauses,
    silentMs: silentIn(services, silences),
  };
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
