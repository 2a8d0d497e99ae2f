import { counted, some } from '../../../text/counted.ts';
import { seconds } from '../../../text/seconds.ts';
import { groupBy, mapGroup, type Group } from '../../history/group.ts';
import {
  DROPPING,
  droppingCauseId,
  stopStep,
  type DroppedMessage,
} from '../../history/messages/dropped.ts';
import type { Starvation } from '../../history/messages/starved.ts';
import type { Life } from '../../history/services/life.ts';
import type { Services } from '../../history/services/services.ts';
import type { Reading } from '../../reading/reading.ts';
import { nounOf } from '../../schema/noun.ts';
import type { LostRequest } from '../../schema/verdict.ts';
import type { FoundCause } from '../found.ts';
import { whereFirst, type Sighting } from '../sighting.ts';
import type { Stuck } from './stuck.ts';
import { behindInWords, endOf, halts, starvationBehind, stateOf } from './wording.ts';

type Proven = Extract<Stuck, { reason: 'dropped' }>;
type Timed = Extract<Stuck, { reason: 'stopping' }>;

/** A loss that belongs to the end of a service. */
type LossOfStop = { readonly lives: Group<Life> } & (
  | { readonly what: 'object'; readonly stuck: Proven }
  | { readonly what: 'object-by-time'; readonly stuck: Timed }
  | { readonly what: 'request'; readonly request: LostRequest; readonly message: DroppedMessage }
  | { readonly what: 'behind'; readonly request: LostRequest; readonly starvation: Starvation }
);

/**
 * Losses due to stopping services: one cause for each stop. It has the objects and requests whose
 * messages the service dropped, and the objects that halted at about that time.
 */
export function droppingCauses(stuck: readonly Stuck[], reading: Reading): readonly FoundCause[] {
  const shares = [
    ...stuck.flatMap((one): readonly LossOfStop[] => {
      if (one.reason === 'dropped') {
        return [{ what: 'object', stuck: one, lives: [one.messages[0].life] }];
      }
      return one.reason === 'stopping'
        ? [{ what: 'object-by-time', stuck: one, lives: one.lives }]
        : [];
    }),
    ...reading.api.lost.flatMap((request): readonly LossOfStop[] => {
      const message = reading.dropped.lostWith(request);
      if (message !== undefined) {
        return [{ what: 'request', request, message, lives: [message.life] }];
      }
      const starvation = starvationBehind(request, reading);
      return starvation?.by.kind === 'stopping'
        ? [{ what: 'behind', request, starvation, lives: [starvation.by.life] }]
        : [];
    }),
  ];
  return groupBy(shares, ({ lives }) =>
    lives.map(({ name, startedAt }) => `${name} ${startedAt}`).join(' '),
  ).map((own) => causeOf(own, reading));
}

/** The losses of one stop, by what shows them. */
interface LossesOfStop {
  readonly proven: readonly Proven[];
  readonly timed: readonly Timed[];
  readonly requests: readonly LostRequest[];
  readonly behind: readonly Behind[];
}

type Behind = Extract<LossOfStop, { what: 'behind' }>;

function lossesOf(shares: Group<LossOfStop>): LossesOfStop {
  return {
    proven: shares.flatMap((share) => (share.what === 'object' ? [share.stuck] : [])),
    timed: shares.flatMap((share) => (share.what === 'object-by-time' ? [share.stuck] : [])),
    requests: shares.flatMap((share) => (share.what === 'request' ? [share.request] : [])),
    behind: shares.flatMap((share) => (share.what === 'behind' ? [share] : [])),
  };
}

function causeOf(shares: Group<LossOfStop>, reading: Reading): FoundCause {
  const { steps, services } = reading;
  const [{ lives }] = shares;
  const [life] = lives;
  const step = stopStep(life, steps);
  const losses = lossesOf(shares);
  const lost = losses.requests.length + losses.behind.length;
  const objects = losses.proven.length + losses.timed.length;
  const messages = reading.dropped.all.filter((message) => message.life === life);
  const sightings = mapGroup(shares, (share): Sighting => ({
    at: momentOf(share),
    node: life.node,
    service: life.service,
    version: life.label,
    victim: 'stuck' in share ? share.stuck.object.name : share.request.id,
    sample: sampleOf(share, services),
  }));
  const nodes = [...new Set(lives.map(({ node }) => node))];
  const stopped = life.stoppingAt === null ? 'ended' : 'was being stopped';
  const dropped =
    objects > 0 && lost > 0
      ? `dropped work; ${counted(lost, 'request')} too`
      : 'dropped work that it had taken';
  return {
    id: droppingCauseId(lives, steps),
    alike: [],
    kind: DROPPING,
    harm: objects > 0 ? 'stacks-stuck' : 'requests-lost',
    title: `${life.kind} ${life.label} on ${nodes.join(' or ')} ${stopped} and ${dropped}`,
    ...whereFirst(sightings, steps),
    step: step?.id ?? null,
    stepName: step?.name ?? null,
    nodes,
    count: objects > 0 ? objects : lost,
    unit: objects > 0 ? 'stacks' : 'requests',
    evidence: evidenceOf(losses, lives, messages, reading),
    // Another way of stopping cannot prevent an unrequested exit.
    avoidedBy: life.stoppingAt === null ? null : (messages[0]?.event.avoidedBy ?? null),
  };
}

function evidenceOf(
  { proven, timed, requests, behind }: LossesOfStop,
  lives: Group<Life>,
  messages: readonly DroppedMessage[],
  { start, endAt }: Reading,
): string[] {
  const [life] = lives;
  const shown = proven.length + requests.length + behind.length > 0;
  return [
    ...lives.map((each) => endOf(each, endAt)),
    ...(shown ? [shownBy(messages, life)] : []),
    ...waitedForItself(messages, life),
    ...(proven.length === 0
      ? []
      : [`Stuck because of their own messages: ${some(proven.map(objectWithMessages))}.`]),
    ...(requests.length === 0
      ? []
      : [
          `${counted(requests.length, 'request')} got no answer, for a message of ${requests.length === 1 ? 'its' : 'their'} own: ${some(requests.map(({ id, sentAt }) => `${id} of ${seconds(sentAt)}`))}.`,
        ]),
    ...behindInWords(behind, 'that it kept'),
    ...(timed.length === 0
      ? []
      : [
          `These ${nounOf(start)}s came to a halt at about that time: ${halts(timed)}.`,
          'These times make it the cause; no log line names the single messages.',
        ]),
  ];
}

/** A log line about the loss, or the state in which the object came to a halt. */
function sampleOf(share: LossOfStop, services: Services): string {
  switch (share.what) {
    case 'object':
      return share.stuck.messages[0].event.sample;
    case 'request':
      return share.message.event.sample;
    case 'behind':
      return share.starvation.lines[0]?.sample ?? '';
    case 'object-by-time':
      return stateOf(share.stuck, services);
    default:
      return share satisfies never;
  }
}

/** When it was lost, in milliseconds since the start of the run. */
function momentOf(share: LossOfStop): number {
  switch (share.what) {
    case 'object':
      return share.stuck.messages[0].event.at;
    case 'request':
      return share.message.event.sentAt ?? share.message.event.at;
    case 'behind':
      return share.request.sentAt;
    case 'object-by-time':
      return share.stuck.haltedAt;
    default:
      return share satisfies never;
  }
}

/**
 * A call that the engine sent while it was being stopped, and that it then held itself without
 * reading it.
 */
function waitedForItself(messages: readonly DroppedMessage[], life: Life): readonly string[] {
  const own = messages.find(
    ({ event }) =>
      event.sender === life.name &&
      event.sentAt !== undefined &&
      event.sentAt >= (life.stoppingAt ?? Infinity),
  );
  if (own?.event.sentAt === undefined) return [];
  const { message, sentAt, topic } = own.event;
  return [
    `It waited for itself: at ${seconds(sentAt)} it sent a call of its own${topic === undefined ? '' : ` to ${topic}`} (${message}), took it off the queue and never worked on it.`,
  ];
}

/** The messages that a service acknowledged and never took up. */
function shownBy(messages: readonly DroppedMessage[], { name, stoppingAt }: Life): string {
  const ids = messages.map(({ event }) => event.message);
  const [first] = messages;
  if (first === undefined) return '';
  const { at, sender, sentAt, topic } = first.event;
  const last = messages.at(-1)?.event.at ?? at;
  const when =
    seconds(last) === seconds(at) ? `at ${seconds(at)}` : `from ${seconds(at)} to ${seconds(last)}`;
  const after = stoppingAt !== null && at >= stoppingAt ? ', after it was asked to stop,' : '';
  const origin =
    sender === undefined || sentAt === undefined
      ? ''
      : `; the first was sent by ${sender} at ${seconds(sentAt)}${topic === undefined ? '' : ` to ${topic}`}`;
  return `Shown by ${counted(messages.length, 'message')} that ${name} acknowledged ${when}${after} and never took up: ${some(ids, 3)}${origin}.`;
}

function objectWithMessages({ object, messages }: Proven): string {
  const [{ event }] = messages;
  const more = messages.length === 1 ? '' : ` and ${messages.length - 1} more`;
  const sender = event.sender === undefined ? '' : ` from ${event.sender}`;
  return `${object.name} (${event.message}${sender}${more})`;
}
