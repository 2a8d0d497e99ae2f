import type { Config } from '../../../scenario/config.ts';

/** An engine may finish its work in progress, within its container's limit for a stop. */
export const GENTLE_STOP: Config = { DEFAULT: { graceful_shutdown_timeout: 300 } };

/**
 * With these options a stopping engine leaves unstarted messages with the broker. The base has to
 * run with these options already. With `use_queue_manager` the connection is closed without a call
 * that would acknowledge the backlog (oslo.messaging, _drivers/impl_rabbit.py, `Connection.close`).
 * With a prefetch of 1 there is almost no backlog.
 */
export function backlogStays({ lockPath }: { readonly lockPath: string }): Config {
  return {
    ...GENTLE_STOP,
    oslo_messaging_rabbit: { use_queue_manager: true, rabbit_qos_prefetch_count: 1 },
    // The queue manager counts the queues of a host under a lock of all its processes.
    oslo_concurrency: { lock_path: lockPath },
  };
}

/** Why releases that share a vhost have to speak the same RPC version. */
export const ONE_VHOST =
  'on one vhost, old engines take the new engines’ casts and refuse those of a later version after they have acknowledged them';
