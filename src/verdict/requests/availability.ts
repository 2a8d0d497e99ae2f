import type { EventOf, RunEvent } from '../../events/event.ts';
import { failureOfRequest, type BaseFailure } from '../base/failures.ts';
import { deathCauseId, type Deaths } from '../history/deaths.ts';
import { lengthOf, type Interval } from '../history/interval.ts';
import { droppingCauseId, type DroppedMessages } from '../history/messages/dropped.ts';
import { sharingCauseId, type MisdeliveredReplies } from '../history/messages/misdelivered.ts';
import { starvationCauseId, starvationOf, type Starvation } from '../history/messages/starved.ts';
import { readRotation } from '../history/rotation.ts';
import type { Steps } from '../history/steps.ts';
import type { Services } from '../history/versions.ts';
import type { Windows } from '../history/windows.ts';
import type { Api, LostRequest } from '../schema/verdict.ts';
import type { Answerers } from './answerers.ts';
import { addressOf } from './attribution.ts';
import { readBalancerLines } from './balancer-lines.ts';
import { disruptionsOf, disruptionsOfAll } from './disruptions.ts';
import { readLatencies } from './latency.ts';
import type { LoggedReasons } from './logged.ts';
import { isNoise, meanwhileSwapped } from './noise/blame.ts';
import type { Noise } from './noise/noise.ts';
import { OVERLOAD, OVERLOADED, readOverloads } from './noise/overload.ts';
import type { Outage } from './outages.ts';

type Request = EventOf<'request'>;
type Traffic = Api['control'];

export interface AvailabilityContext {
  readonly services: Services;
  readonly steps: Steps;
  readonly windows: Windows;
  readonly noise: Noise;
  readonly outages: readonly Outage[];
  readonly dropped: DroppedMessages;
  readonly starvations: readonly Starvation[];
  readonly logged: LoggedReasons;
  readonly answerers: Answerers;
  readonly misdelivered: MisdeliveredReplies;
  readonly deaths: Deaths;
  /** The base's own failures before the roll. */
  readonly baseFailures: readonly BaseFailure[];
  /** When the load was paused. */
  readonly silences: readonly Interval[];
}

/**
 * Requests as the API's users saw them; requests that bypass the subject are counted separately.
 */
export function readAvailability(events: readonly RunEvent[], context: AvailabilityContext): Api {
  const { services, windows, silences } = context;
  const all = events.filter((event) => event.type === 'request');
  const requests = all.filter(({ control }) => control !== true);
  const control = all.filter((request) => request.control === true);
  const controlProbes = new Set(control.map(({ probe }) => probe));
  const dropped = events.filter((event) => event.type === 'arrivals-dropped');
  const controlDropped = dropped.filter(({ probe }) => controlProbes.has(probe)).length;

  const address = addresses(events, context);
  const isLostAsNoise = (request: Request): boolean => address(request).noise;
  const lost = requests
    .filter(({ outcome }) => outcome !== 'served')
    .map(address)
    .sort((a, b) => a.sentAt - b.sentAt);
  const streams = streamsOf(requests);
  const disruptions = streams
    .flatMap((stream) => disruptionsOf(stream, address, silences))
    .sort((a, b) => a.from - b.from || a.to - b.to);
  const over = (wanted: Request['connection']): readonly Request[] =>
    requests.filter(({ connection }) => connection === wanted);
  return {
    ...trafficOf(requests, dropped.length - controlDropped, isLostAsNoise),
    reauthenticated: requests.filter(({ reauthenticated }) => reauthenticated === true).length,
    disruptions,
    together: {
      all: disruptionsOfAll(requests, address, silences),
      new: disruptionsOfAll(over('new'), address, silences),
      reused: disruptionsOfAll(over('reused'), address, silences),
    },
    noise: noiseOf(lost, disruptions, services),
    latency: readLatencies(requests, services, windows),
    probes: streams.flatMap((stream) => {
      const [first] = stream;
      if (first === undefined) return [];
      const { requests, failed, availability } = trafficOf(stream, 0, isLostAsNoise);
      return [
        {
          probe: first.probe,
          connection: first.connection,
          requests,
          failed,
          availability,
          latency: readLatencies(stream, services, windows),
        },
      ];
    }),
    // Every loss of the control counts: it measures the noise.
    control: trafficOf(control, controlDropped, () => false),
    lost,
  };
}

/** Where each lost request was lost; computed once. */
function addresses(
  events: readonly RunEvent[],
  {
    services,
    steps,
    noise,
    outages,
    dropped,
    starvations,
    logged,
    answerers,
    misdelivered,
    deaths,
    baseFailures,
  }: AvailabilityContext,
): (request: Request) => LostRequest {
  const around = { services, steps, outages, answerers, balancer: readBalancerLines(events) };
  const rotation = readRotation(events);
  const isOverload = readOverloads(events, { noise, starvations, services, rotation, outages });
  /**
   * Where a request was lost, and the best explanation. They are tried in this order: the request's
   * own message or reply, an engine's process that exited, a full queue of waiting APIs, the machine
   * (overload, then noise), a failure of the base, the address.
   */
  const explainLoss = (request: Request): LostRequest => {
    const message = dropped.lostWith(request);
    const reply = misdelivered.lostWith(request);
    const fault = failureOfRequest(baseFailures, request);
    const death = deaths.lostWith(request);
    const isExplained = [message, reply, fault, death].some((one) => one !== undefined);
    const address = addressOf(request, isExplained ? undefined : logged.of(request.id), around);
    const laid = (why: string, causeId: string, isMachine = false): LostRequest => ({
      ...address,
      noise: isMachine,
      cause: `${address.cause}: ${why}`,
      causeId,
    });
    if (message !== undefined) {
      const id = droppingCauseId([message.life], steps);
      return laid(`${message.life.name} took its message and dropped it`, id);
    }
    if (reply !== undefined) {
      return laid(`${reply.node}/${reply.service} took the reply to it`, sharingCauseId(reply));
    }
    if (death !== undefined && fault === undefined) {
      const taker = `${death.node}/${death.service}`;
      return laid(`${taker} had taken its call when its process ended`, deathCauseId(death));
    }
    const starved = starvationOf(request, serverOf(address), starvations);
    if (starved !== undefined) {
      const { by, apis } = starved;
      const calls =
        by.kind === 'stopping'
          ? `calls that ${by.life.name} kept`
          : `calls that were lost with a process of ${by.death.node}/${by.death.service}`;
      const id = starvationCauseId(starved, steps);
      return laid(`${apis.join(' and ')} waited for ${calls}`, id);
    }
    if (isOverload(request)) return laid(OVERLOAD, OVERLOADED, true);
    if (isNoise(request, address, noise, services)) {
      return { ...address, noise: true, causeId: `noise-${address.causeId}` };
    }
    return { ...address, noise: false, ...(fault === undefined ? {} : { causeId: fault.id }) };
  };
  const known = new Map<Request, LostRequest>();
  return (request) => {
    const before = known.get(request);
    if (before !== undefined) return before;
    const found = explainLoss(request);
    known.set(request, found);
    return found;
  };
}

function serverOf({ node, service }: Pick<LostRequest, 'node' | 'service'>): string | undefined {
  return node === null || service === null ? undefined : `${node}/${service}`;
}

/** New and kept connections fail differently, so each is a separate stream. */
function streamsOf(requests: readonly Request[]): readonly (readonly Request[])[] {
  const streams = Map.groupBy(requests, ({ probe, connection }) => `${probe} ${connection}`);
  return [...streams].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, stream]) => stream);
}

function trafficOf(
  requests: readonly Request[],
  dropped: number,
  isLostAsNoise: (lost: Request) => boolean,
): Traffic {
  const lost = requests.filter(({ outcome }) => outcome !== 'served');
  const failed = lost.filter((request) => !isLostAsNoise(request)).length;
  const counted = requests.length - lost.length + failed;
  return {
    requests: requests.length,
    failed,
    dropped,
    availability: counted === 0 ? null : 1 - failed / counted,
  };
}

function noiseOf(
  lost: readonly LostRequest[],
  disruptions: Api['disruptions'],
  services: Services,
): Api['noise'] {
  const requests = lost.filter(({ noise }) => noise);
  const own = disruptions.filter(({ noise }) => noise);
  return {
    requests: requests.length,
    doubtful: requests.filter((request) => meanwhileSwapped(request, services)).length,
    disruptions: own.length,
    seconds: lengthOf(own) / 1000,
  };
}
