import { RollgateError } from '../../errors.ts';
import type { Fault } from '../../plan/step.ts';
import type { RunContext } from '../context.ts';
import type { RunLab } from '../lab.ts';
import type { Reversible, FaultEffect } from './reversible.ts';

/** Tools that change a network. */
const NETWORK_IMAGE = 'rollgate/network:latest';

type NetworkFault = Extract<Fault, { readonly fault: 'cut' | 'narrow' }>;

/** A change of a container's network and its reversal; both are scripts. */
interface NetworkChange {
  readonly make: string;
  /** Prints the counters, then undoes the change. */
  readonly undo: string;
  readonly effect: (printed: string) => FaultEffect;
}

/**
 * Changes the network of a service's container from within its namespace. The container itself gets
 * no tool and no further capability. If the container is swapped, the change disappears with it.
 */
export async function changeNetwork(
  step: NetworkFault,
  { lab, signal }: Pick<RunContext, 'lab' | 'signal'>,
  held: (work: Reversible) => Promise<void>,
): Promise<void> {
  const container = lab.container(step.target);
  const change = step.fault === 'cut' ? cut(step.from) : narrow(step.rate);
  await held({
    async make() {
      await runInNetworkOf(lab, container, change.make, signal);
    },
    async undo() {
      // The namespace, and so the change, disappeared with the container.
      if ((await lab.engine.state(container))?.running !== true) return undefined;
      return change.effect(await runInNetworkOf(lab, container, change.undo));
    },
  });
}

/**
 * Runs a script with the tools of network administration in the network of a container.
 *
 * @returns Its output.
 * @throws RollgateError `not-running`; `network-unchanged` with its output if it fails.
 */
async function runInNetworkOf(
  lab: RunLab,
  container: string,
  script: string,
  signal?: AbortSignal,
): Promise<string> {
  const { exitCode, output } = await lab.engine.runInNetworkOf(
    container,
    { image: NETWORK_IMAGE, script, labels: lab.labels },
    signal,
  );
  if (exitCode === 0) return output;
  throw new RollgateError('network-unchanged', `the network of ${container} was not changed`, {
    detail: output.trim(),
  });
}

/**
 * Packets from and to these services are dropped, as by a switch that died. The sender gets no
 * error, and packets that it sends again later go through.
 */
function cut(from: readonly string[]): NetworkChange {
  const rule = (action: string): string =>
    from
      .flatMap((service) => [
        `iptables ${action} INPUT -s ${service} -j DROP`,
        `iptables ${action} OUTPUT -d ${service} -j DROP`,
      ])
      .join(' && ');
  return {
    make: rule('-I'),
    // While a service is cut off, its name cannot be resolved, so its address is used.
    undo: 'iptables -L -v -x -n && iptables -F',
    effect: (printed) => {
      const packets = [...printed.matchAll(/^\s*(\d+)\s+\d+\s+DROP/gm)].reduce(
        (sum, [, count]) => sum + Number(count),
        0,
      );
      return { packets, text: `${packets} packets were dropped` };
    },
  };
}

/** Its packets wait in a queue of at most a second (tc-tbf(8)); further packets are dropped. */
function narrow(rate: string): NetworkChange {
  return {
    make: `tc qdisc add dev eth0 root tbf rate ${rate} burst 4kb latency 1s`,
    undo: 'tc -s qdisc show dev eth0 && tc qdisc del dev eth0 root',
    effect: (printed) => {
      const count = (pattern: RegExp): number => Number(pattern.exec(printed)?.[1] ?? 0);
      const dropped = count(/dropped (\d+)/);
      const delayed = count(/overlimits (\d+)/);
      return {
        packets: dropped + delayed,
        text: `its packets had to wait ${delayed} times, ${dropped} were dropped`,
      };
    },
  };
}
