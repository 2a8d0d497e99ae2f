import { counted } from '../../../counted.ts';
import { groupBy, mapGroup, type Group } from '../../history/group.ts';
import {
  DROPPING,
  droppingCauseId,
  stopStep,
  type DroppedMessage,
} from '../../history/messages/dropped.ts';
import type { Starvation } from '../../history/messages/starved.ts';
import type { Life } from '../../history/versions.ts';
import type { Reading } from '../../reading/reading.ts';
import type { LostRequest } from '../../schema/verdict.ts';
import { nounOf } from '../../words/noun.ts';
import { seconds, some } from '../../words/wording.ts';
import type { FoundCause } from '../found.ts';
import { whereFirst, type Sighting } from '../sighting.ts';
import type { Stuck } from './stuck.ts';
import { behindInWords, endOf, halts, starvationBehind, stateOf } from './wording.ts';

type Proven = Extract<Stuck, { reason: 'dropped' }>;
type Timed = Extract<Stuck, { reason: 'stopping' }>;

/** A loss that belongs to the end of a service. */
type Share = { readonly lives: Group<Life> } & (
  | { readonly what: 'stack'; readonly stack: Proven }
  | { readonly what: 'stack-by-time'; readonly stack: Timed }
  | { readonly what: 'request'; readonly request: LostRequest; readonly message: DroppedMessage }
  | { readonly what: 'behind'; readonly request: LostRequest; readonly starvation: Starvation }
);

/**
 * Losses due to stopping services: one cause for each stop. It has the stacks and requests whose
 * messages the service dropped, and the stacks that halted at about that time.
 */
export function droppingCauses(stuck: readonly Stuck[], reading: Reading): readonly FoundCause[] {
  const shares = [
    ...stuck.flatMap((stack): readonly Share[] => {
      if (stack.reason === 'dropped') {
        return [{ what: 'stack', stack, lives: [stack.messages[0].life] }];
      }
      return stack.reason === 'stopping'
        ? [{ what: 'stack-by-time', stack, lives: stack.lives }]
        : [];
    }),
    ...reading.api.lost.flatMap((request): readonly Share[] => {
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

function causeOf(shares: Group<Share>, reading: Reading): FoundCause {
  const { steps, services, endAt } = reading;
  const [{ lives }] = shares;
  const [life] = lives;
  const step = stopStep(life, steps);
  const proven = shares.flatMap((share) => (share.what === 'stack' ? [share.stack] : []));
  const timed = shares.flatMap((share) => (share.what === 'stack-by-time' ? [share.stack] : []));
  const requests = shares.flatMap((share) => (share.what === 'request' ? [share.request] : []));
  const behind = shares.flatMap((share) => (share.what === 'behind' ? [share] : []));
  const lost = requests.length + behind.length;
  const stacks = proven.length + timed.length;
  const messages = reading.dropped.all.filter((message) => message.life === life);
  const sightings = mapGroup(shares, (share): Sighting => {
    const message = messageOf(share);
    return {
      at: momentOf(share),
      node: life.node,
      service: life.service,
      version: life.label,
      victim: 'stack' in share ? share.stack.object.name : share.request.id,
      sample:
        message?.event.sample ??
        (share.what === 'stack-by-time'
          ? stateOf(share.stack, services)
          : share.what === 'behind'
            ? (share.starvation.lines[0]?.sample ?? '')
            : ''),
    };
  });
  const nodes = [...new Set(lives.map(({ node }) => node))];
  const unanswered = counted(lost, 'request');
  const stopped = life.stoppingAt === null ? 'ended' : 'was being stopped';
  return {
    id: droppingCauseId(lives, steps),
    alike: [],
    kind: DROPPING,
    harm: stacks > 0 ? 'stacks-stuck' : 'requests-lost',
    title:
      `${life.kind} ${life.label} on ${nodes.join(' or ')} ${stopped} and dropped work` +
      (stacks > 0 && lost > 0 ? `; ${unanswered} too` : ' that it had taken'),
    ...whereFirst(sightings, steps),
    step: step?.id ?? null,
    stepName: step?.name ?? null,
    nodes,
    count: stacks > 0 ? stacks : lost,
    unit: stacks > 0 ? 'stacks' : 'requests',
    evidence: [
      ...lives.map((each) => endOf(each, endAt)),
      ...(proven.length + lost > 0 ? [shownBy(messages, life)] : []),
      ...waitedForItself(messages, life),
      ...(proven.length === 0
        ? []
        : [`Stuck because of their own messages: ${some(proven.map(stackWithMessages))}.`]),
      ...(requests.length === 0
        ? []
        : [
            `${counted(requests.length, 'request')} got no answer, for a message of ${requests.length === 1 ? 'its' : 'their'} own: ${some(requests.map(({ id, sentAt }) => `${id} of ${seconds(sentAt)}`))}.`,
          ]),
      ...behindInWords(behind, 'that it kept'),
      ...(timed.length === 0
        ? []
        : [
            `These ${nounOf(reading.start)}s came to a halt at about that time: ${halts(timed)}.`,
            'These times make it the cause; no log line names the single messages.',
          ]),
    ],
    // Another way of stopping cannot prevent an unrequested exit.
    avoidedBy: life.stoppingAt === null ? null : (messages[0]?.event.avoidedBy ?? null),
  };
}

function messageOf(share: Share): DroppedMessage | undefined {
  switch (share.what) {
    case 'stack':
      return share.stack.messages[0];
    case 'request':
      return share.message;
    case 'behind':
    case 'stack-by-time':
      return undefined;
    default:
      return share satisfies never;
  }
}

/** When it was lost, in milliseconds since the start of the run. */
function momentOf(share: Share): number {
  switch (share.what) {
    case 'stack':
      return share.stack.messages[0].event.at;
    case 'request':
      return share.message.event.sentAt ?? share.message.event.at;
    case 'behind':
      return share.request.sentAt;
    case 'stack-by-time':
      return share.stack.haltedAt;
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

function stackWithMessages({ object, messages }: Proven): string {
  const [{ event }] = messages;
  const more = messages.length === 1 ? '' : ` and ${messages.length - 1} more`;
  const sender = event.sender === undefined ? '' : ` from ${event.sender}`;
  return `${object.name} (${event.message}${sender}${more})`;
}
