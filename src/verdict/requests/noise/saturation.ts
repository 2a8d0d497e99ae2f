import { mean, quantile } from 'simple-statistics';
import type { EventOf, RunEvent } from '../../../events/event.ts';
import type { Interval } from '../../history/interval.ts';

/** How often usage is sampled, in milliseconds: a sample covers the time since the one before. */
const SAMPLE_MS = 2_000;
/** The run's highest usage, without single peaks. */
const CEILING_QUANTILE = 0.95;
/** From this share of it on, the lab uses as much as it ever gets. */
const AT_CEILING = 0.9;
/**
 * And its services wait for a core for this share of the time. Seen on two cores that carried their
 * load beside other programs: 0.2 to 0.3. Seen with half a core for all containers: 0.4 to 0.6.
 */
const WAITING = 0.35;
/** Where the kernel does not count the waiting: the machine uses this share of its cores. */
const ALL_CORES = 0.9;

type LoadSample = EventOf<'usage-sampled'>;

/** Whether the lab could not get more CPU time in an interval than it got. */
export type Saturation = (time: Interval) => boolean;

/**
 * Reads from the kernel's own counts when the lab had too little CPU time. Then it used as much as
 * it ever did in this run, and its services waited for more. A service that hangs uses less. A
 * service that computes without end, on a machine with cores to spare, does not wait.
 *
 * @param names The subject's services, as `node/service`.
 */
export function readSaturation(
  events: readonly RunEvent[],
  names: ReadonlySet<string>,
): Saturation {
  const samples = events.filter((event) => event.type === 'usage-sampled');
  if (samples.length === 0) return () => false;
  const ceiling = quantile(samples.map(usedBy), CEILING_QUANTILE);
  return ({ from, to }) => {
    const meanwhile = samples.filter(({ at }) => at >= from && at - SAMPLE_MS <= to);
    if (meanwhile.length === 0) return false;
    if (mean(meanwhile.map(usedBy)) < AT_CEILING * ceiling) return false;
    const waited = meanwhile.flatMap(({ containers }) =>
      containers.flatMap(({ container, waited }) =>
        names.has(container) && waited !== undefined ? [waited] : [],
      ),
    );
    return waited.length > 0
      ? mean(waited) >= WAITING
      : mean(meanwhile.map(({ machine }) => machine.busy / machine.cores)) >= ALL_CORES;
  };
}

/** Cores that the lab's containers used. */
function usedBy({ containers }: LoadSample): number {
  return containers.reduce((sum, { cpu }) => sum + cpu, 0);
}
