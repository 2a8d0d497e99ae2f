import { kindOf } from '../../scenario/topology/topology.ts';
import { seconds } from '../../text/seconds.ts';
import { appetiteInWords, type Appetite } from '../history/appetite.ts';
import { groupBy, mapGroup } from '../history/group.ts';
import type { Reading } from '../reading/reading.ts';
import { slug } from '../schema/slug.ts';
import type { FoundCause } from './found.ts';
import { whereFirst } from './sighting.ts';

/** A thread without a pause, and a leak, are the same cause whichever of two measures shows it. */
const RESOURCES: Readonly<Record<Appetite['of'], 'cpu' | 'memory'>> = {
  cpu: 'cpu',
  pauses: 'cpu',
  memory: 'memory',
  growth: 'memory',
};
const WORDS: Readonly<Record<Appetite['of'], string>> = {
  cpu: 'computes without a pause',
  pauses: 'computes without a pause',
  memory: 'holds far more memory than the base’s',
  growth: 'holds more and more memory',
};

/** Services of the target that use far more CPU or memory than the base's. */
export function appetiteCauses({ appetites, steps }: Reading): readonly FoundCause[] {
  return groupBy(appetites, ({ life, of }) => `${life.kind} ${RESOURCES[of]}`).map((own) => {
    const [{ life, of }] = own;
    const resource = RESOURCES[of];
    const sightings = mapGroup(own, (appetite) => ({
      at: appetite.life.servingAt ?? appetite.life.startedAt,
      node: appetite.life.node,
      service: appetite.life.service,
      version: appetite.life.label,
      sample: appetiteInWords(appetite),
    }));
    return {
      id: slug('resources-used-up', life.kind, resource),
      alike: [resource],
      kind: 'resources-used-up',
      harm: 'slowed',
      title: `${life.kind} ${life.label} ${WORDS[of]}`,
      ...whereFirst(sightings, steps),
      count: own.length,
      unit: 'checks',
      evidence: own.map(appetiteInWords),
      avoidedBy: null,
    } satisfies FoundCause;
  });
}

/** Services that were killed because they did not stop, unless a slow machine may be the reason. */
export function unstoppedCauses({ killedStops, services, steps }: Reading): readonly FoundCause[] {
  const killed = killedStops.filter(({ perhapsNoise }) => !perhapsNoise);
  return groupBy(killed, ({ stopped, side }) => `${side} ${kindOf(stopped.service)}`).map((own) => {
    const [{ stopped, side }] = own;
    const kind = kindOf(stopped.service);
    const label = side === 'other' ? stopped.version : services.labels[side];
    const sightings = mapGroup(own, (stop) => ({
      at: stop.askedAt,
      node: stop.stopped.node,
      service: stop.stopped.service,
      version: label,
      sample: `${stop.stopped.node}/${stop.stopped.service} was asked to stop at ${seconds(stop.askedAt)} and was killed after ${seconds(stop.stopped.at - stop.askedAt)}`,
    }));
    return {
      id: slug('service-did-not-stop', kind, ...(side === 'base' ? [side] : [])),
      alike: [],
      kind: 'service-did-not-stop',
      harm: 'upgrade-broken',
      title:
        side === 'base'
          ? `${kind} ${label} did not end in time when it was asked to stop`
          : `${kind} ${label} does not end when it is asked to stop`,
      ...whereFirst(sightings, steps),
      count: own.length,
      unit: 'checks',
      evidence: ['It got SIGTERM, and SIGKILL when its time was over.'],
      avoidedBy: null,
    } satisfies FoundCause;
  });
}

/**
 * Both: a target that serves this much later than the base, and this many times later. Measured at
 * a load of 15: the base’s four services served after 31 s, since they also waited for Keystone.
 * Those of an unchanged target served after 6 to 14 s.
 */
const LATER_SECONDS = 10;
const LATER_RATIO = 1.5;

/**
 * Services of the target that need much longer to serve than the base's, at every start. The base's
 * services start all at once, and so not faster than one by one.
 */
export function lateCauses({
  events,
  start,
  steps,
  noise,
  services,
}: Reading): readonly FoundCause[] {
  if (noise.tooNoisy) return [];
  const served = events
    .filter((event) => event.type === 'service-serving')
    .filter(({ side }) => side === 'target');
  return groupBy(served, ({ service }) => kindOf(service)).flatMap((own) => {
    const [{ service }] = own;
    const before = start.services.flatMap((one) =>
      kindOf(one.service) === kindOf(service) ? (one.startSeconds ?? []) : [],
    );
    if (before.length === 0) return [];
    const base = Math.max(...before);
    const target = Math.min(...own.map((event) => event.seconds));
    if (target < Math.max(base + LATER_SECONDS, base * LATER_RATIO)) return [];
    const inWords = (took: number): string => seconds(took * 1000);
    const sightings = mapGroup(own, (event) => ({
      at: event.at,
      node: event.node,
      service: event.service,
      version: services.labels.target,
      sample: `${event.node}/${event.service} served ${inWords(event.seconds)} after its start; at the base ${inWords(base)} at most`,
    }));
    return [
      {
        id: slug('service-serves-late', kindOf(service)),
        alike: [],
        kind: 'service-serves-late',
        harm: 'slowed',
        title: `${kindOf(service)} ${services.labels.target} serves ${inWords(target)} after its start, the base’s after ${inWords(base)}`,
        ...whereFirst(sightings, steps),
        count: own.length,
        unit: 'checks',
        evidence: ['The roll waited for it, so it fails no tag.'],
        avoidedBy: null,
      } satisfies FoundCause,
    ];
  });
}
