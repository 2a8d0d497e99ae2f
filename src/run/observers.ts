import type { EventSink } from '../events/event.ts';
import type { Deployment } from '../lab/deployment.ts';
import { LAB, titleOf } from '../lab/labels.ts';
import { watchBalancer } from '../observe/balancer-watch.ts';
import { watchContainers } from '../observe/container-watch.ts';
import { watchEngines } from '../observe/engine-watch.ts';
import { watchLocks } from '../observe/lock-watch.ts';
import { watchQueues } from '../observe/queue-watch.ts';
import { watchUsage } from '../observe/usage-watch.ts';
import type { Watch } from '../observe/watch.ts';

export interface ObserverOptions {
  readonly lab: Deployment;
  readonly emit: EventSink;
  /** Milliseconds since the start of the run. */
  readonly now: () => number;
  /** When the run began, in milliseconds since the epoch. */
  readonly epoch: number;
}

/** All that looks at a lab from the side while a plan is carried out. */
export function startObservers({ lab, emit, now, epoch }: ObserverOptions): Watch {
  const labels = { [LAB]: lab.name };
  const nameOf = (container: Parameters<typeof titleOf>[1]): string => titleOf(lab.name, container);
  const watching = { emit, now };
  const watches = [
    watchContainers({
      ...watching,
      epoch,
      nameOf,
      events: (signal) => lab.engine.events(labels, signal),
    }),
    watchQueues({
      ...watching,
      broker: lab.broker,
      isIdle: (queue) => lab.subject.isIdleQueue(queue),
    }),
    watchEngines({ ...watching, list: (signal) => lab.subject.listEngines(lab, signal) }),
    watchLocks({ ...watching, locks: (signal) => lab.subject.locks(lab.database, signal) }),
    watchUsage({ ...watching, nameOf, usage: (signal) => lab.engine.usage(labels, signal) }),
    watchBalancer({ ...watching, servers: (signal) => lab.balancer.servers(signal) }),
  ];
  return {
    async stop() {
      await Promise.all(watches.map((each) => each.stop()));
    },
  };
}
