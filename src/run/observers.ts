import type { EventSink } from '../events/event.ts';
import { LAB, containerTitle } from '../lab/labels.ts';
import type { MessageCensus } from '../observe/logs/message-census.ts';
import { watchBalancer } from '../observe/watches/balancer.ts';
import { watchContainers } from '../observe/watches/containers.ts';
import { watchEngines } from '../observe/watches/engines.ts';
import { watchLocks } from '../observe/watches/locks.ts';
import { traceMessages } from '../observe/watches/messages.ts';
import { watchQueues } from '../observe/watches/queues.ts';
import { watchUsage } from '../observe/watches/usage.ts';
import type { Watch } from '../observe/watches/watch.ts';
import type { RunLab } from './lab.ts';

export interface ObserverOptions {
  readonly lab: RunLab;
  readonly emit: EventSink;
  readonly census: MessageCensus;
  /** Milliseconds since the start of the run. */
  readonly now: () => number;
  /** When the run began, in milliseconds since the epoch. */
  readonly epoch: number;
}

/** All observers of a lab while a plan is carried out. */
export function startObservers({ lab, emit, now, epoch, census }: ObserverOptions): Watch {
  const labels = { [LAB]: lab.name };
  const nameOf = (container: Parameters<typeof containerTitle>[1]): string =>
    containerTitle(lab.name, container);
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
      isReply: (queue) => lab.subject.isReplyQueue(queue),
    }),
    traceMessages({ ...watching, broker: lab.broker, exchange: lab.subject.exchange, census }),
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
