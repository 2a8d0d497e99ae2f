import { PROCESS_ENDED } from '../history/deaths.ts';
import { SEVERAL_CALLS } from '../history/messages/unanswered.ts';
import type { Reading } from '../reading/reading.ts';
import { HARMS } from '../schema/cause.ts';
import type { Cause, LostRequest } from '../schema/verdict.ts';

/**
 * The order in which causes explain a run, the first rank first. A failure comes before its
 * consequences. Harm that the plan itself does to users comes after all other harm.
 */
const RANKS = [
  /** A service of the target did not start, or its schema did not move. */
  'upgrade-broken',
  /** A service or the lab's infrastructure ended, although no step and no fault requested it. */
  'ended-by-itself',
  /** The broker or Keystone refused services or users, which explains their losses. */
  'infrastructure-refused',
  /** Engines take calls and answer none; their other work and the APIs wait behind these. */
  'unanswering',
  /** A service of the target uses up the machine. */
  'unbridled',
  /** Losses of users, the worst harm first. */
  'harm',
  /** The scenario's own checks; what made them fail may be a cause of harm. */
  'checks',
  /** A service does not stop; it may be at work that another cause explains. */
  'unstopped',
  /** Services that the plan itself takes away, e.g. all apis at once in `cold`. */
  'planned',
  'noise',
  /** Errors in logs without visible harm; those from before the swaps come last. */
  'log-only',
] as const;
type Rank = (typeof RANKS)[number];

/** Signatures of lines in which the broker refuses a service's request. */
const BROKER_REFUSED = /precondition|access-refused|resource-locked|queue-refused/i;

/** Causes, sorted by how much they explain. */
export function ranked(causes: readonly Cause[], reading: Reading): readonly Cause[] {
  const firstSwapAt = reading.services.firstSwapAt ?? Infinity;
  /** An error in a log from before the first swap is not due to the upgrade. */
  const wasThere = ({ harm, firstAt }: Cause): number =>
    harm === 'log-only' && firstAt < firstSwapAt ? 1 : 0;
  const placed = new Map(
    causes.map((cause) => [cause, RANKS.indexOf(rankOf(cause, reading))] as const),
  );
  return causes.toSorted(
    (a, b) =>
      (placed.get(a) ?? 0) - (placed.get(b) ?? 0) ||
      HARMS.indexOf(a.harm) - HARMS.indexOf(b.harm) ||
      wasThere(a) - wasThere(b) ||
      b.count - a.count ||
      a.firstAt - b.firstAt ||
      (a.id < b.id ? -1 : 1),
  );
}

function rankOf(cause: Cause, reading: Reading): Rank {
  if (cause.kind === 'service-did-not-stop') return 'unstopped';
  if (cause.kind === 'check-failed') return 'checks';
  if (cause.kind === 'resources-used-up') return 'unbridled';
  if (cause.kind === 'calls-never-answered' && cause.count >= SEVERAL_CALLS) return 'unanswering';
  if (cause.harm === 'upgrade-broken') return 'upgrade-broken';
  if (endedByItself(cause, reading)) return 'ended-by-itself';
  const firstSwapAt = reading.services.firstSwapAt ?? Infinity;
  if (isProcessEnded(cause.kind) && cause.firstAt >= firstSwapAt) return 'ended-by-itself';
  if (BROKER_REFUSED.test(`${cause.kind} ${cause.id}`) && cause.firstAt >= firstSwapAt) {
    return 'infrastructure-refused';
  }
  if (cause.kind === 'tokens-refused' && cause.harm !== 'log-only') return 'infrastructure-refused';
  if (cause.harm === 'noise') return 'noise';
  if (cause.harm === 'log-only') return 'log-only';
  return isPlanned(cause, reading) ? 'planned' : 'harm';
}

function isProcessEnded(kind: string): boolean {
  return kind === 'work-lost-with-process' || PROCESS_ENDED.includes(kind);
}

/** The causes of outages have these kinds: see `outageCauses`. */
const STOPPED: readonly string[] = ['service-stopped', 'infrastructure-stopped'];

function endedByItself({ kind, firstAt }: Cause, { outages }: Reading): boolean {
  return (
    STOPPED.includes(kind) &&
    outages.some(({ how, from, intended }) => how === 'stopped' && from === firstAt && !intended)
  );
}

/** Whether steps of the plan had stopped every api during all losses of a cause. */
function isPlanned({ id, harm }: Cause, { api, services }: Reading): boolean {
  if (harm !== 'requests-lost') return false;
  const lost = api.lost.filter(({ causeId }) => causeId === id);
  const apis = services.lives.filter(({ role }) => role === 'api');
  const noneServes = ({ sentAt, at }: LostRequest): boolean =>
    apis.length > 0 &&
    apis.every(
      ({ servingAt, stoppingAt, stoppedAt }) =>
        // Not yet started when the answer came, or taken away by a step before that.
        (servingAt ?? Infinity) > sentAt ||
        (stoppingAt !== null && stoppingAt <= at && stoppedAt !== null),
    );
  return lost.length > 0 && lost.every(noneServes);
}
