import type { EventOf } from '../../events/event.ts';
import type { Queue } from '../../infra/rabbitmq.ts';
import { changes, startWatch, type Watch, type Watching } from './watch.ts';

const INTERVAL_MS = 1000;

/** The messages on a vhost's work queues now; fanout and reply queues carry no work. */
export interface Backlog {
  readonly ready: number;
  readonly unacknowledged: number;
  /** The work queues that hold messages. */
  readonly busy: readonly Queue[];
}

/** @param isIdle Whether a queue carries no work, by its name. */
export function backlogOf(queues: readonly Queue[], isIdle: (queue: string) => boolean): Backlog {
  const busy = queues.filter(
    ({ name, ready, unacknowledged }) => !isIdle(name) && ready + unacknowledged > 0,
  );
  return {
    busy,
    ready: sum(busy, ({ ready }) => ready),
    unacknowledged: sum(busy, ({ unacknowledged }) => unacknowledged),
  };
}

/** The observed part of the broker. */
export interface QueueSource {
  vhosts(signal?: AbortSignal): Promise<readonly string[]>;
  queues(vhost: string, signal?: AbortSignal): Promise<readonly Queue[]>;
}

export interface QueueWatchOptions extends Watching {
  readonly broker: QueueSource;
  readonly isIdle: (queue: string) => boolean;
  /** Whether a queue is for the replies to one process's calls, by its name. */
  readonly isReply: (queue: string) => boolean;
}

/**
 * Reads the queues of every vhost once a second. Emits the work queues of a vhost when they
 * changed, and a reply queue when more than one consumer reads it. At the stop it emits the last
 * known queues without a consumer.
 */
export function watchQueues({ broker, isIdle, isReply, ...watching }: QueueWatchOptions): Watch {
  const { emit, now } = watching;
  const changed = changes();
  const seen = new Map<string, readonly Queue[]>();
  const consumersOf = (vhost: string, queue: string): number =>
    seen.get(vhost)?.find(({ name }) => name === queue)?.consumers ?? 0;
  const watched = startWatch({
    ...watching,
    name: 'queues',
    everyMs: INTERVAL_MS,
    limitMs: 5000,
    look: async (signal) => {
      const samples: EventOf<'queue-sampled' | 'reply-queue-shared'>[] = [];
      for (const vhost of await broker.vhosts(signal)) {
        const queues = await broker.queues(vhost, signal);
        for (const { name: queue, consumers } of queues.filter(({ name }) => isReply(name))) {
          const before = consumersOf(vhost, queue);
          if (consumers === before || Math.max(consumers, before) < 2) continue;
          samples.push({ type: 'reply-queue-shared', at: now(), vhost, queue, consumers });
        }
        seen.set(vhost, queues);
        const sample = sampleOf(queues, isIdle);
        if (changed(vhost, sample)) {
          samples.push({ type: 'queue-sampled', at: now(), vhost, ...sample });
        }
      }
      return samples;
    },
  });
  return {
    async stop() {
      await watched.stop();
      for (const [vhost, queues] of seen) {
        const left = queues.filter(({ consumers }) => consumers === 0);
        if (left.length > 0) {
          emit({ type: 'queues-left', at: now(), vhost, queues: summarized(left) });
        }
      }
    },
  };
}

function sampleOf(
  queues: readonly Queue[],
  isIdle: QueueWatchOptions['isIdle'],
): Omit<EventOf<'queue-sampled'>, 'type' | 'at' | 'vhost'> {
  const work = queues.filter(({ name }) => !isIdle(name));
  const { busy, ...messages } = backlogOf(work, isIdle);
  return {
    ...messages,
    busy: summarized(busy),
    consumers: sum(work, ({ consumers }) => consumers),
    unserved: work.filter(({ consumers }) => consumers === 0).map(({ name }) => name),
  };
}

function sum(queues: readonly Queue[], of: (queue: Queue) => number): number {
  return queues.reduce((total, queue) => total + of(queue), 0);
}

function summarized(queues: readonly Queue[]): EventOf<'queue-sampled'>['busy'] {
  return queues.map(({ name, ...counts }) => ({ queue: name, ...counts }));
}
