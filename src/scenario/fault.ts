import { z } from 'zod';
import { INFRASTRUCTURE } from './infrastructure.ts';
import { withNearest } from './nearest.ts';
import type { Problem } from './problem.ts';
import { instanceName, type Topology } from './topology.ts';

/** The whole machine, which only `burn-cpu` is done to. */
export const MACHINE = 'machine';

/** What can be done to a lab on purpose; always for a time, and undone at its end. */
export const FAULTS = ['stop', 'pause', 'burn-cpu'] as const;

/** Their published ports move when they are started again, and the probes would lose them. */
const MOVES_WHEN_STOPPED: readonly string[] = ['haproxy', 'keystone'];

export const faultSchema = z.strictObject({
  fault: z.enum(FAULTS),
  /** `node1/heat-api`, the name of an infrastructure service, or `machine`. */
  on: z.string(),
  /** From its full effect (the exit, the pause) to the moment at which it is undone. */
  seconds: z.number().min(0).max(600),
  /** How long the load goes on afterwards before the next step. */
  recoverSeconds: z.number().min(0).max(600).default(8),
  /** The stage of the plan that it comes before; unless told, `mixed`, else what comes last. */
  before: z.string().exactOptional(),
});
export type FaultSpec = Readonly<z.output<typeof faultSchema>>;

/** Faults on something that is not there or that it cannot be done to. */
export function faultProblems(
  faults: readonly FaultSpec[],
  topology: Topology,
): readonly Problem[] {
  const services = topology.nodes.flatMap((node) => node.services.map(instanceName));
  return faults.flatMap(({ fault, on }, index): readonly Problem[] => {
    const problem = (message: string): readonly Problem[] => [
      { path: ['faults', index, 'on'], message, at: 'value' },
    ];
    if ((fault === 'burn-cpu') !== (on === MACHINE)) {
      return problem(
        fault === 'burn-cpu'
          ? `burn-cpu is done to the whole machine: write ${MACHINE}`
          : `${fault} cannot be done to the machine; name a service`,
      );
    }
    if (on === MACHINE) return [];
    const known = [...services, ...INFRASTRUCTURE];
    if (!known.includes(on)) {
      const allowed = `one of ${known.join(', ')}`;
      return problem(
        withNearest(`there is no ${on} in topology ${topology.name}; ${allowed}`, on, known),
      );
    }
    return fault === 'stop' && MOVES_WHEN_STOPPED.includes(on)
      ? problem(`${on} cannot be stopped, since its ports would move; pause it`)
      : [];
  });
}
