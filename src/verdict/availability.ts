import type { EventOf, RunEvent } from '../events/event.ts';
import { disruptionsOf } from './disruptions.ts';
import { readLatencies } from './latency.ts';
import { addressOf } from './lost.ts';
import type { Steps } from './steps.ts';
import type { Api, LostRequest } from './verdict.ts';
import type { Services } from './versions.ts';

/** What the API's users saw; requests that do not pass through the subject are told apart. */
export function readAvailability(
  events: readonly RunEvent[],
  services: Services,
  steps: Steps,
): Api {
  const all = events.filter((event) => event.type === 'request');
  const requests = all.filter(({ control }) => control !== true);
  const control = all.filter((request) => request.control === true);
  const controlProbes = new Set(control.map(({ probe }) => probe));
  const dropped = events.filter((event) => event.type === 'arrivals-dropped');
  const controlDropped = dropped.filter(({ probe }) => controlProbes.has(probe)).length;

  const addresses = new Map<EventOf<'request'>, LostRequest>();
  const address = (request: EventOf<'request'>): LostRequest => {
    const known = addresses.get(request) ?? addressOf(request, services, steps);
    addresses.set(request, known);
    return known;
  };
  const streams = streamsOf(requests);
  return {
    ...trafficOf(requests, dropped.length - controlDropped),
    disruptions: streams
      .flatMap((stream) => disruptionsOf(stream, address))
      .sort((a, b) => a.from - b.from || a.to - b.to),
    latency: readLatencies(requests, services),
    probes: streams.flatMap((stream) => {
      const [first] = stream;
      if (first === undefined) return [];
      const { requests, failed, availability } = trafficOf(stream, 0);
      return [
        {
          probe: first.probe,
          connection: first.connection,
          requests,
          failed,
          availability,
          latency: readLatencies(stream, services),
        },
      ];
    }),
    control: trafficOf(control, controlDropped),
    lost: requests
      .filter(({ outcome }) => outcome !== 'served')
      .map(address)
      .sort((a, b) => a.sentAt - b.sentAt),
  };
}

/** New and kept connections fail differently, so each is a stream of its own. */
function streamsOf(
  requests: readonly EventOf<'request'>[],
): readonly (readonly EventOf<'request'>[])[] {
  const streams = Map.groupBy(requests, ({ probe, connection }) => `${probe} ${connection}`);
  return [...streams].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, stream]) => stream);
}

function trafficOf(requests: readonly EventOf<'request'>[], dropped: number): Api['control'] {
  const failed = requests.filter(({ outcome }) => outcome !== 'served').length;
  return {
    requests: requests.length,
    failed,
    dropped,
    availability: requests.length === 0 ? null : 1 - failed / requests.length,
  };
}
