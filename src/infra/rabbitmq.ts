import { z } from 'zod';
import { reasonOf, RollgateError } from '../errors.ts';
import {
  serversOf,
  type ServerName,
  type WithServers,
} from '../scenario/topology/infrastructure.ts';
import { bodyOf, sendTo, valueIn } from './http-answer.ts';
import type { InfrastructureSpec, PlaceInCluster } from './infrastructure.ts';
import type { Secrets } from './secrets.ts';

export const BROKER_USER = 'rollgate';
export const BROKER_PORT = 5672;
export const MANAGEMENT_PORT = 15672;

/**
 * RabbitMQ with its management plugin; one vhost to begin with. Several servers find each other by
 * a list (RabbitMQ, "Cluster Formation and Peer Discovery", `classic_config`), as those of
 * Kolla-Ansible do.
 */
export function rabbitmqSpec(
  secrets: Secrets,
  vhost: string,
  { server, servers }: PlaceInCluster,
): InfrastructureSpec {
  const isCluster = servers.length > 1;
  return {
    image: 'rollgate/rabbitmq:latest',
    ports: [MANAGEMENT_PORT],
    files: [
      {
        path: '/etc/rabbitmq/rabbitmq.conf',
        content: [
          `default_user = ${BROKER_USER}`,
          `default_pass = ${secrets.broker}`,
          `default_vhost = ${vhost}`,
          'default_user_tags.administrator = true',
          // The newer one colours lines that no terminal shows.
          'log.console.use_colors = off',
          ...(isCluster ? clusterLines(servers) : []),
          '',
        ].join('\n'),
      },
      ...(isCluster ? [{ path: COOKIE_FILE, content: secrets.broker }] : []),
    ],
    ...(isCluster ? inCluster(server) : {}),
    ready: { kind: 'log', pattern: /Server startup complete/ },
    keeps: { directory: '/var/lib/rabbitmq' },
    // A connection, because each call of rabbitmq-diagnostics starts a virtual machine.
    healthcheck: ['bash', '-c', `</dev/tcp/127.0.0.1/${BROKER_PORT}`],
    readySeconds: 90,
  };
}

/** A server that starts looks for the others for this long, in tries of half a second. */
const DISCOVERY_TRIES = 120;

/** How long the management API may take for an answer. */
const ANSWER_SECONDS = 10;

function clusterLines(servers: readonly ServerName[]): readonly string[] {
  return [
    'cluster_formation.peer_discovery_backend = classic_config',
    `cluster_formation.discovery_retry_limit = ${DISCOVERY_TRIES}`,
    ...servers.map(
      (one, index) => `cluster_formation.classic_config.nodes.${index + 1} = ${nodeName(one)}`,
    ),
    // As Kolla-Ansible's rabbitmq.conf.
    'cluster_partition_handling = pause_minority',
  ];
}

function nodeName(server: ServerName): string {
  return `rabbit@${server}`;
}

/** The cookie of a cluster; Erlang accepts it only if no other user can read it. */
const COOKIE_FILE = '/etc/rollgate/erlang-cookie';

function inCluster(
  server: ServerName,
): Pick<InfrastructureSpec, 'environment' | 'command' | 'mayStop' | 'beforeStop'> {
  const own = '/var/lib/rabbitmq/.erlang.cookie';
  return {
    environment: { RABBITMQ_NODENAME: nodeName(server) },
    // RabbitMQ, "Rolling Upgrade": no queue may lose its majority with this server.
    mayStop: ['rabbitmq-upgrade', 'await_online_quorum_plus_one', '--timeout', '60'],
    // Maintenance mode, as Kolla-Ansible has it (roles/rabbitmq/tasks/restart_services.yml).
    beforeStop: ['rabbitmq-upgrade', 'drain'],
    command: ['sh', '-c', `umask 077 && cat ${COOKIE_FILE} >${own} && exec rabbitmq-server`],
  };
}

/**
 * The brokers that a service connects to: it takes one of them, and another if that one is gone
 * (oslo.messaging, transport.py).
 */
export function transportUrl(secrets: Secrets, topology: WithServers, vhost: string): string {
  const brokers = serversOf(topology, 'rabbitmq').map(
    (server) => `${BROKER_USER}:${secrets.broker}@${server}:${BROKER_PORT}`,
  );
  return `rabbit://${brokers.join(',')}/${vhost}`;
}

const queueSchema = z.object({
  name: z.string(),
  messages_ready: z.number().default(0),
  messages_unacknowledged: z.number().default(0),
});
/** Where traced messages wait to be read. */
const TRACE_QUEUE = 'rollgate.trace';
/**
 * More than a busy lab sends between two checks; the oldest are dropped if there is no check for
 * long.
 */
const MOST_TRACED = 5000;
const tracedSchema = z.object({
  payload: z.string(),
  properties: z.object({ headers: z.object({ routing_keys: z.array(z.string()) }) }),
});

const consumerSchema = z.object({ queue: z.object({ name: z.string() }) });

/** A queue as the broker reports it at this moment. */
export interface Queue {
  readonly name: string;
  readonly ready: number;
  readonly unacknowledged: number;
  readonly consumers: number;
}

interface BrokerRequest {
  readonly body?: object;
  readonly signal?: AbortSignal | undefined;
}

/** The broker's management API. */
export class Broker {
  readonly #origins: readonly string[];
  readonly #authorization: string;
  readonly #answerSeconds: number;

  /** @param ports Of the management API of each server: each one answers for the cluster. */
  constructor(ports: readonly number[], secrets: Secrets, answerSeconds = ANSWER_SECONDS) {
    this.#answerSeconds = answerSeconds;
    this.#origins = ports.map((port) => `http://127.0.0.1:${port}`);
    this.#authorization = `Basic ${Buffer.from(`${BROKER_USER}:${secrets.broker}`).toString('base64')}`;
  }

  /** Makes a vhost and gives the lab's user access. It is not an error if it already exists. */
  async createVhost(vhost: string): Promise<void> {
    const name = encodeURIComponent(vhost);
    await this.#call('PUT', `/api/vhosts/${name}`);
    await this.#call('PUT', `/api/permissions/${name}/${BROKER_USER}`, {
      body: { configure: '.*', write: '.*', read: '.*' },
    });
  }

  async vhosts(signal?: AbortSignal): Promise<readonly string[]> {
    const named = z.array(z.object({ name: z.string() }));
    const vhosts = await this.#read(named, 'GET', '/api/vhosts?columns=name', { signal });
    return vhosts.map(({ name }) => name);
  }

  /** All queues of a vhost, counted now and not at the last statistics interval. */
  async queues(vhost: string, signal?: AbortSignal): Promise<readonly Queue[]> {
    // enable_queue_totals with disable_stats reads the queues themselves (RabbitMQ's HTTP API
    // reference, GET /api/queues); the plugin's own figures are up to 5 s old. That answer lacks
    // the consumers, which /api/consumers also reads from the queues (measured on 4.0: 4 ms for ten
    // of them).
    const name = encodeURIComponent(vhost);
    const [queues, consumers] = await Promise.all([
      this.#read(
        z.array(queueSchema),
        'GET',
        `/api/queues/${name}?disable_stats=true&enable_queue_totals=true`,
        { signal },
      ),
      this.#read(z.array(consumerSchema), 'GET', `/api/consumers/${name}`, { signal }),
    ]);
    const taking = Map.groupBy(consumers, ({ queue }) => queue.name);
    return queues
      .filter((queue) => queue.name !== TRACE_QUEUE)
      .map((queue) => ({
        name: queue.name,
        ready: queue.messages_ready,
        unacknowledged: queue.messages_unacknowledged,
        consumers: taking.get(queue.name)?.length ?? 0,
      }));
  }

  /**
   * Makes the broker copy every message of an exchange into rollgate's own queue (RabbitMQ,
   * "Firehose Tracer"). It is not an error if this is already done.
   */
  async trace(vhost: string, exchange: string): Promise<void> {
    const name = encodeURIComponent(vhost);
    await this.#call('PUT', `/api/queues/${name}/${TRACE_QUEUE}`, {
      body: {
        durable: true,
        arguments: { 'x-max-length': MOST_TRACED, 'x-overflow': 'drop-head' },
      },
    });
    await this.#call('POST', `/api/bindings/${name}/e/amq.rabbitmq.trace/q/${TRACE_QUEUE}`, {
      body: { routing_key: `publish.${exchange}` },
    });
    await this.#call('PUT', `/api/vhosts/${name}`, { body: { tracing: true } });
  }

  /** Takes the traced messages since the last time, each with body and routing key. */
  async traced(
    vhost: string,
    signal?: AbortSignal,
  ): Promise<readonly { readonly payload: string; readonly routingKey: string }[]> {
    const messages = await this.#read(
      z.array(tracedSchema),
      'POST',
      `/api/queues/${encodeURIComponent(vhost)}/${TRACE_QUEUE}/get`,
      {
        body: { count: MOST_TRACED, ackmode: 'ack_requeue_false', encoding: 'auto' },
        signal,
      },
    );
    return messages.map(({ payload, properties }) => ({
      payload,
      routingKey: properties.headers.routing_keys[0] ?? '',
    }));
  }

  /** Asks one server, and the next one if nothing listens there. */
  async #fetch(path: string, request: RequestInit): Promise<Response> {
    let unreachable: unknown;
    for (const origin of this.#origins) {
      try {
        return await sendTo(`${origin}${path}`, request);
      } catch (error) {
        request.signal?.throwIfAborted();
        unreachable = error;
      }
    }
    throw unreachable;
  }

  async #answer(
    path: string,
    request: RequestInit,
  ): Promise<{ readonly response: Response; readonly text: string }> {
    const response = await this.#fetch(path, request);
    return { response, text: await bodyOf(response) };
  }

  /** @throws RollgateError `unexpected-answer` if the answer does not fit. */
  async #read<Schema extends z.ZodType>(
    schema: Schema,
    method: string,
    path: string,
    request: BrokerRequest,
  ): Promise<z.output<Schema>> {
    return valueIn(schema, await this.#call(method, path, request), `RabbitMQ, ${method} ${path}`);
  }

  /** @returns The answer's body. */
  async #call(method: string, path: string, { body, signal }: BrokerRequest = {}): Promise<string> {
    const limit = AbortSignal.timeout(this.#answerSeconds * 1000);
    const { response, text } = await this.#answer(path, {
      method,
      headers: { authorization: this.#authorization, 'content-type': 'application/json' },
      signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((cause: unknown) => {
      signal?.throwIfAborted();
      const why = limit.aborted ? `no answer within ${this.#answerSeconds} s` : reasonOf(cause);
      throw new RollgateError('broker-unreachable', `RabbitMQ, ${method} ${path}: ${why}`, {
        hint: 'The machine may be too busy. `rollgate logs rabbitmq` shows its log while the lab stands.',
        cause,
      });
    });
    if (!response.ok) {
      const why = `${response.status} ${text.slice(0, 300)}`;
      throw new RollgateError('broker-refused', `${method} ${path}: ${why}`);
    }
    return text;
  }
}
