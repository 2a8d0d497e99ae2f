import type { EventSink } from '../events/event.ts';
import type { Deployment } from '../lab/deployment.ts';
import { systemClock } from '../load/clock.ts';
import type { Queue } from '../infra/rabbitmq.ts';
import { messageOf } from '../errors.ts';

const INTERVAL_MS = 1000;

/** The messages on a vhost's work queues now; fanout and reply queues carry nobody's work. */
export interface Backlog {
  readonly ready: number;
  readonly unacknowledged: number;
  readonly busy: readonly Queue[];
}

export async function backlog(lab: Deployment, vhost: string): Promise<Backlog> {
  const queues = await lab.broker.queues(vhost);
  const busy = queues.filter(
    (queue) => !lab.subject.isIdleQueue(queue.name) && queue.ready + queue.unacknowledged > 0,
  );
  const sum = (of: (queue: Queue) => number): number =>
    busy.reduce((total, queue) => total + of(queue), 0);
  return { busy, ready: sum(({ ready }) => ready), unacknowledged: sum((q) => q.unacknowledged) };
}

/** Samples the work queues of every vhost once a second; tells a vhost's backlog when it changed. */
export function watchQueues(
  lab: Deployment,
  emit: EventSink,
  now: () => number,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const told = new Map<string, string>();
  const watch = async (): Promise<void> => {
    while (!signal.aborted) {
      const due = systemClock.now() + INTERVAL_MS;
      try {
        for (const vhost of await lab.broker.vhosts()) {
          const sample = await backlog(lab, vhost);
          const text = JSON.stringify(sample);
          if (told.get(vhost) === text) continue;
          told.set(vhost, text);
          emit({ type: 'queue-sampled', at: now(), vhost, ...sample, busy: eventQueues(sample) });
        }
      } catch (error) {
        // A broker that does not answer is a fact of the run, not a failure of the watch.
        const text = `broker did not answer: ${messageOf(error)}`;
        if (told.get('') !== text) emit({ type: 'watch-gap', at: now(), watch: 'queues', text });
        told.set('', text);
      }
      await systemClock.sleepUntil(due, signal);
    }
  };
  const watching = watch();
  return {
    async stop() {
      stopping.abort();
      await watching;
    },
  };
}

function eventQueues({ busy }: Backlog): {
  queue: string;
  ready: number;
  unacknowledged: number;
  consumers: number;
}[] {
  return busy.map(({ name, ...counts }) => ({ queue: name, ...counts }));
}
