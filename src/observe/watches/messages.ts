import { z } from 'zod';
import type { MessageCensus, TracedMessage } from '../logs/message-census.ts';
import { startWatch, type Watch, type Watching } from './watch.ts';

const INTERVAL_MS = 500;

/** The part of the broker that traces messages. */
export interface TraceSource {
  vhosts(signal?: AbortSignal): Promise<readonly string[]>;
  trace(vhost: string, exchange: string): Promise<void>;
  traced(
    vhost: string,
    signal?: AbortSignal,
  ): Promise<readonly { readonly payload: string; readonly routingKey: string }[]>;
}

export interface MessageTraceOptions extends Watching {
  readonly broker: TraceSource;
  /** The exchange of the subject's messages. */
  readonly exchange: string;
  readonly census: MessageCensus;
}

/**
 * Reads the names of the methods from the broker, in every vhost, and makes the census emit its
 * counts. Only method, topic and the messages' ids are kept, because a message contains tokens.
 */
export function traceMessages({
  broker,
  exchange,
  census,
  ...watching
}: MessageTraceOptions): Watch {
  const traced = new Set<string>();
  return startWatch({
    ...watching,
    name: 'messages',
    everyMs: INTERVAL_MS,
    limitMs: 5000,
    look: async (signal) => {
      for (const vhost of await broker.vhosts(signal)) {
        if (!traced.has(vhost)) await broker.trace(vhost, exchange);
        traced.add(vhost);
        for (const { payload, routingKey } of await broker.traced(vhost, signal)) {
          const message = readTraced(payload, routingKey);
          if (message !== undefined) census.traced(message);
        }
      }
      census.flush();
      return [];
    },
  });
}

const envelope = z.object({ 'oslo.message': z.string() });
const call = z.object({
  method: z.string(),
  _unique_id: z.string(),
  _msg_id: z.string().optional(),
});

/**
 * The call or cast in a message's body (oslo.messaging, `_drivers/common.py` `serialize_msg` and
 * `_drivers/amqpdriver.py` `AMQPDriverBase._send`).
 *
 * @returns undefined for a body that is neither a call nor a cast.
 */
export function readTraced(payload: string, topic: string): TracedMessage | undefined {
  try {
    const { 'oslo.message': inner } = envelope.parse(JSON.parse(payload));
    const { method, _unique_id, _msg_id } = call.parse(JSON.parse(inner));
    return { id: _msg_id ?? _unique_id, method, topic, call: _msg_id !== undefined };
  } catch {
    return undefined;
  }
}
