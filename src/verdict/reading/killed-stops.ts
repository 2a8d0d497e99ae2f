import type { EventOf, RunEvent } from '../../events/event.ts';
import { seconds } from '../../text/seconds.ts';
import { coverage, type Interval } from '../history/interval.ts';
import { KILLED, type Life, type LifeSide } from '../history/services/life.ts';
import type { Services } from '../history/services/services.ts';
import type { Noise } from '../requests/noise/noise.ts';

/** A service that was asked to stop, and was killed when its time was over. */
export interface KilledStop {
  readonly stopped: EventOf<'service-stopped'>;
  /** When it was asked to stop, in milliseconds since the start of the run. */
  readonly askedAt: number;
  /** Of the release that it was started as. */
  readonly side: LifeSide;
  /** For how much of that time the machine was slow, in milliseconds. */
  readonly slowMs: number;
  /** Whether the slow machine may be the reason. */
  readonly perhapsNoise: boolean;
}

/**
 * An engine of the base took 66 s to stop on a machine that was slow for most of them, and was killed
 * at Kolla-Ansible's limit of 60 s. A quiet machine stopped it in time. A service of the target that
 * does not stop is never excused.
 */
const SLOW_SHARE = 0.5;

/** Without kills by a fault, which asks for no stop, and without those for lack of memory. */
export function readKilledStops(
  events: readonly RunEvent[],
  { machine }: Pick<Noise, 'machine'>,
  { lives }: Pick<Services, 'lives'>,
): readonly KilledStop[] {
  return requestedStops(events).flatMap(({ stopped, askedAt }): readonly KilledStop[] => {
    if (stopped.exitCode !== KILLED || stopped.outOfMemory) return [];
    const stop: Interval = { from: askedAt, to: stopped.at };
    const slowMs = coverage(machine, stop);
    const isMostlySlow = slowMs >= SLOW_SHARE * (stop.to - stop.from);
    const side = sideOf(stopped, lives);
    return [{ stopped, askedAt, side, slowMs, perhapsNoise: side === 'base' && isMostlySlow }];
  });
}

function sideOf(
  { node, service, at }: EventOf<'service-stopped'>,
  lives: readonly Life[],
): LifeSide {
  const life = lives.find(
    (one) => one.node === node && one.service === service && one.stoppedAt === at,
  );
  return life?.side ?? 'other';
}

/** The ends of services that were asked to stop. */
export function requestedStops(
  events: readonly RunEvent[],
): readonly Pick<KilledStop, 'stopped' | 'askedAt'>[] {
  return events
    .filter((event) => event.type === 'service-stopped')
    .flatMap((stopped) => {
      const beginning = beginningOf(stopped, events);
      return beginning?.type === 'service-stopping' ? [{ stopped, askedAt: beginning.at }] : [];
    });
}

/** The beginning of a service's end: the request to stop, or its start if there was no request. */
function beginningOf(
  { node, service, at }: EventOf<'service-stopped'>,
  events: readonly RunEvent[],
): EventOf<'service-stopping' | 'service-started'> | undefined {
  return events.findLast(
    (event): event is EventOf<'service-stopping' | 'service-started'> =>
      (event.type === 'service-stopping' || event.type === 'service-started') &&
      event.node === node &&
      event.service === service &&
      event.at <= at,
  );
}

export function killedInWords({ stopped, askedAt }: KilledStop): string {
  const { node, service, version, at } = stopped;
  return `${node}/${service} ${version} was asked to stop at ${seconds(askedAt)}, did not end and was killed at ${seconds(at)}.`;
}
