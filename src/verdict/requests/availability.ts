import type { RunEvent, RequestEvent } from '../../events/event.ts';
import { groupBy, type Group } from '../history/group.ts';
import { lengthOf, type Interval } from '../history/interval.ts';
import type { Services } from '../history/services/services.ts';
import type { Windows } from '../history/windows.ts';
import type { Api, LostRequest } from '../schema/verdict.ts';
import { disruptionsOf, disruptionsOfAll } from './disruptions.ts';
import { readLosses, type LossContext } from './losses/explain-loss.ts';
import { meanwhileSwapped } from './noise/blame.ts';
import { readLatencies } from './times/latency.ts';

type Traffic = Api['control'];

export interface AvailabilityContext extends LossContext {
  readonly windows: Windows;
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

  const lossOf = readLosses(events, context);
  const isLostAsNoise = (request: RequestEvent): boolean => lossOf(request).noise;
  const lost = requests
    .filter(({ outcome }) => outcome !== 'served')
    .map(lossOf)
    .sort((a, b) => a.sentAt - b.sentAt);
  const streams = streamsOf(requests);
  const disruptions = streams
    .flatMap((stream) => disruptionsOf(stream, lossOf, silences))
    .sort((a, b) => a.from - b.from || a.to - b.to);
  const over = (wanted: RequestEvent['connection']): readonly RequestEvent[] =>
    requests.filter(({ connection }) => connection === wanted);
  return {
    ...trafficOf(requests, dropped.length - controlDropped, isLostAsNoise),
    reauthenticated: requests.filter(({ reauthenticated }) => reauthenticated === true).length,
    disruptions,
    together: {
      all: disruptionsOfAll(requests, lossOf, silences),
      new: disruptionsOfAll(over('new'), lossOf, silences),
      reused: disruptionsOfAll(over('reused'), lossOf, silences),
    },
    noise: noiseOf(lost, disruptions, services),
    latency: readLatencies(requests, services, windows),
    probes: streams.map((stream) => probeOf(stream, context, isLostAsNoise)),
    // Every loss of the control counts: it measures the noise.
    control: trafficOf(control, controlDropped, () => false),
    lost,
  };
}

function probeOf(
  stream: Group<RequestEvent>,
  { services, windows }: AvailabilityContext,
  isLostAsNoise: (lost: RequestEvent) => boolean,
): Api['probes'][number] {
  const [{ probe, connection }] = stream;
  const { requests, failed, availability } = trafficOf(stream, 0, isLostAsNoise);
  const latency = readLatencies(stream, services, windows);
  return { probe, connection, requests, failed, availability, latency };
}

/** New and kept connections fail differently, so each is a separate stream. */
function streamsOf(requests: readonly RequestEvent[]): readonly Group<RequestEvent>[] {
  const nameOf = ({ probe, connection }: RequestEvent): string => `${probe} ${connection}`;
  return groupBy(requests, nameOf).toSorted(([a], [b]) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

function trafficOf(
  requests: readonly RequestEvent[],
  dropped: number,
  isLostAsNoise: (lost: RequestEvent) => boolean,
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
