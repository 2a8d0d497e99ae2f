import type { LogFinding } from '../../../events/event.ts';
import { kindOf } from '../../../scenario/topology/topology.ts';
import { counted } from '../../../text/counted.ts';
import { span } from '../../../text/seconds.ts';
import { groupBy, mapGroup, type Group } from '../../history/group.ts';
import { refusalsBehind, refusalsIn } from '../../history/messages/refusal.ts';
import type { Services } from '../../history/services/services.ts';
import type { Reading } from '../../reading/reading.ts';
import { nounOf } from '../../schema/noun.ts';
import { slug } from '../../schema/slug.ts';
import type { LostRequest } from '../../schema/verdict.ts';
import type { FoundCause } from '../found.ts';
import { whereFirst } from '../sighting.ts';
import { blockedCauses } from './blocked.ts';
import { deathOf, diedCauses } from './died.ts';
import { droppingCauses } from './dropping.ts';
import { failedCauses } from './failed.ts';
import { haltedInReleaseCauses } from './halted-in-release.ts';
import { sinceTargetCauses } from './halted-since-target.ts';
import { heldCauses } from './held.ts';
import { neverBegunCauses } from './never-begun.ts';
import { explainStuck, type Stuck } from './stuck.ts';
import { unansweredCauses } from './unanswered.ts';
import { halts, holderOf, stateOf } from './wording.ts';

type Refused = Extract<Stuck, { reason: 'refused' }>;

/** The function that makes the cause, by the reason why an object is stuck. */
const TOLD_BY = {
  refused: refusedCauses,
  dropped: droppingCauses,
  stopping: droppingCauses,
  held: heldCauses,
  blocked: blockedCauses,
  failed: failedCauses,
  died: diedCauses,
  'never-begun': neverBegunCauses,
  unanswering: unansweredCauses,
  'one-release': haltedInReleaseCauses,
  'since-target': sinceTargetCauses,
  unexplained: unexplainedCauses,
} as const satisfies Readonly<
  Record<Stuck['reason'], (stuck: readonly Stuck[], reading: Reading) => readonly FoundCause[]>
>;

/**
 * Why objects are stuck, with the requests that were lost for the same reason, and the log lines
 * that this explains.
 */
export function stuckCauses(reading: Reading): {
  readonly causes: readonly FoundCause[];
  readonly explained: ReadonlySet<LogFinding>;
} {
  const stuck = explainStuck(reading);
  return {
    causes: [...new Set(Object.values(TOLD_BY))].flatMap((causes) => causes(stuck, reading)),
    explained: new Set([
      ...refusalsOf(stuck, reading),
      ...errorsOf(stuck, reading),
      ...linesOfUnanswered(reading),
    ]),
  };
}

/**
 * Errors equal to one that left an object stuck. The same for exits of processes, including those
 * that lost requests.
 */
function errorsOf(stuck: readonly Stuck[], reading: Reading): readonly LogFinding[] {
  const ofObjects = stuck.flatMap((one) =>
    one.reason === 'failed' ? [one.error] : one.reason === 'died' ? [one.death] : [],
  );
  const ofRequests = reading.api.lost.flatMap((request) => deathOf(request, reading) ?? []);
  const keys = new Set([...ofObjects, ...ofRequests].map(refusalKey));
  return reading.events
    .filter((event) => event.type === 'log-finding')
    .filter((one) => keys.has(refusalKey(one)));
}

/** Refusals equal to one that left an object stuck. */
function refusalsOf(stuck: readonly Stuck[], { events }: Reading): readonly LogFinding[] {
  const keys = new Set(
    stuck.filter((one) => one.reason === 'refused').map(({ refusal }) => refusalKey(refusal)),
  );
  return refusalsIn(events).filter((one) => keys.has(refusalKey(one)));
}

function refusedCauses(stuck: readonly Stuck[], reading: Reading): readonly FoundCause[] {
  const refused = Map.groupBy(
    stuck.filter((one) => one.reason === 'refused'),
    ({ refusal }) => refusalKey(refusal),
  );
  return groupBy(refusalsOf(stuck, reading), refusalKey).map((own) =>
    refusedCause(own, refused.get(refusalKey(own[0])) ?? [], reading),
  );
}

function unexplainedCauses(stuck: readonly Stuck[], reading: Reading): readonly FoundCause[] {
  const unexplained = stuck.filter((one) => one.reason === 'unexplained');
  return groupBy(unexplained, () => 'all').map((own) => unexplainedCause(own, reading));
}

/**
 * Lines in which a service reports an unanswered call: the call was dropped, its process exited, or
 * another service took the reply.
 */
function linesOfUnanswered(reading: Reading): readonly LogFinding[] {
  const { events, api, dropped, starvations, logged, misdelivered, unanswered } = reading;
  const isExplained = (one: LostRequest): boolean =>
    (dropped.lostWith(one) ??
      misdelivered.lostWith(one) ??
      deathOf(one, reading) ??
      unanswered.of(one)) !== undefined;
  const lost = new Set(api.lost.filter(isExplained).map(({ id }) => id));
  const ofRequests = events
    .filter((event) => event.type === 'log-finding')
    .filter(({ request }) => request !== undefined && lost.has(request));
  // An error that lost requests counts under their cause, even on lines where it lost nothing.
  const withReason = new Set(
    api.lost.filter(({ id, causeId }) => logged.of(id)?.causeId === causeId).map(({ id }) => id),
  );
  const reasons = [...withReason].flatMap((id) => logged.of(id)?.finding ?? []);
  return [
    ...ofRequests,
    ...reasons.flatMap((reason) => refusalsBehind(reason, events)),
    ...starvations.flatMap(({ lines }) => lines),
    ...logged.linesOf(withReason),
  ];
}

/** Engines of the same version refuse the same messages, on any node. */
function refusalKey({ signature, service, version }: LogFinding): string {
  return `${signature} ${kindOf(service)} ${version}`;
}

function refusedCause(
  refusals: Group<LogFinding>,
  stuck: readonly Refused[],
  { start, steps, services }: Reading,
): FoundCause {
  const kind = 'work-refused-after-acknowledgement';
  const [{ service, version, signature }] = refusals;
  const own = refusals.some((refusal) => ranAlone(refusal, services));
  const whose = own ? 'the RPC version of its own release' : 'its RPC version';
  const where = whereFirst(
    mapGroup(refusals, (refusal) => ({ ...refusal, victim: refusal.request })),
    steps,
  );
  const last = refusals.at(-1)?.at ?? where.firstAt;
  return {
    id: slug(kind, kindOf(service), version, signature),
    alike: [signature],
    kind,
    harm: 'stacks-stuck',
    title: `${kindOf(service)} ${version} took work off the queue, then refused ${whose} (${counted(refusals.length, 'refusal')})`,
    ...where,
    victim: stuck[0]?.object.name ?? where.victim,
    count: stuck.length,
    unit: 'stacks',
    evidence: [
      `${counted(refusals.length, 'refusal')} in the logs of ${where.nodes.join(', ')}, ${span(where.firstAt, last)}.`,
      ...toldBy('message', 'The refused message was their own', stuck),
      ...toldBy('time', `These ${nounOf(start)}s came to a halt when a refusal was logged`, stuck),
    ],
    // Keeping releases apart does not help if a release refuses its own messages.
    avoidedBy: own ? null : (refusals[0].avoidedBy ?? null),
  };
}

/** Whether there was no other release that could have sent the message. */
function ranAlone(finding: LogFinding, services: Services): boolean {
  const { at } = finding;
  const own = services.of(finding)?.label;
  return services.lives.every(
    ({ label, startedAt, stoppedAt }) =>
      label === own || services.nothingNew || startedAt > at || (stoppedAt ?? at) < at,
  );
}

function toldBy(by: Refused['by'], why: string, stuck: readonly Refused[]): readonly string[] {
  const own = stuck.filter((one) => one.by === by);
  return own.length === 0 ? [] : [`${why}: ${halts(own)}.`];
}

function unexplainedCause(stuck: Group<Stuck>, { steps, services }: Reading): FoundCause {
  const kind = 'stuck-unexplained';
  const sightings = mapGroup(stuck, (one) => {
    const holder = holderOf(one, services);
    return {
      at: one.haltedAt,
      victim: one.object.name,
      node: holder?.node ?? null,
      service: holder?.service ?? null,
      version: holder?.label ?? null,
      sample: stateOf(one, services),
    };
  });
  return {
    id: kind,
    alike: [],
    kind,
    harm: 'stacks-stuck',
    title: 'Work came to a halt for no reason that rollgate saw',
    ...whereFirst(sightings, steps),
    count: stuck.length,
    unit: 'stacks',
    evidence: [
      `They came to a halt: ${halts(stuck)}.`,
      'No service refused a message near it, no engine was being stopped, and none of its processes ended by itself.',
    ],
    avoidedBy: null,
  };
}
