import { connect } from 'node:net';
import { z } from 'zod';
import { RollgateError } from '../errors.ts';
import { LAB_BALANCER, type BalancerSettings } from '../plan/balancer.ts';
import type { InfrastructureSpec } from './infrastructure.ts';

/** A server behind the load balancer. */
export interface BalancedServer {
  readonly node: string;
  readonly service: string;
  /** Name in the lab's network. */
  readonly host: string;
}
/** A service and all its servers. */
export interface BalancedService {
  readonly name: string;
  readonly port: number;
  /** Whether it gets requests or connections. Default: `http`. */
  readonly mode?: 'http' | 'tcp';
  /** The path that the load balancer requests from a server. Default: `HEALTH_PATH`. */
  readonly checkPath?: string;
  readonly servers: readonly BalancedServer[];
}

export const RUNTIME_API_PORT = 9999;
/** HAProxy answers it without a server: the control that shows the harness's own noise. */
export const CONTROL_PORT = 9998;
/** The health check of an OpenStack api (oslo.middleware, healthcheck). */
export const HEALTH_PATH = '/healthcheck';
/**
 * Set on each answer from a server, with the server's name, e.g. `node1/heat-api`. A request with
 * this header goes to the named server while it is up.
 */
export const SERVER_HEADER = 'x-rollgate-server';

/** The header of a request for one server; none if the balancer should choose. */
export function askingFor(server: string | undefined): Readonly<Record<string, string>> {
  return server === undefined ? {} : { [SERVER_HEADER]: server };
}

/**
 * A line of JSON for each request, which `parseBalancerLine` reads.
 *
 * @see HAProxy's Configuration Manual, 8.2.6 "Custom log format"; "-" stands for a missing value.
 */
const LOG_FORMAT = [
  '{"frontend":"%ft"',
  '"server":"%s"',
  '"status":%ST',
  '"termination":"%ts"',
  '"retries":"%rc"',
  '"queueMs":%Tw',
  '"connectMs":%Tc',
  '"responseMs":%Tr',
  '"totalMs":%Ta',
  '"bytes":%B',
  '"id":"%[capture.req.hdr(0),json]"',
  '"request":"%[capture.req.method,json] %[capture.req.uri,json]"}',
].join(',');

const balancerLineSchema = z.object({
  frontend: z.string(),
  /** `<NOSRV>` if none was chosen. */
  server: z.string(),
  status: z.number(),
  termination: z.string(),
  /** With a leading `+` if the last try went to another server. */
  retries: z.coerce.number(),
  queueMs: z.number(),
  connectMs: z.number(),
  responseMs: z.number(),
  totalMs: z.number(),
  id: z.string(),
  request: z.string(),
});

/** One request as HAProxy logged it. Times are milliseconds; -1: this phase was not reached. */
export interface BalancedRequest {
  readonly frontend: string;
  /** As `node/service`. */
  readonly server: string | null;
  readonly status: number;
  /** The first two characters of the session's state at its end. */
  readonly termination: string;
  readonly retries: number;
  readonly queueMs: number;
  readonly connectMs: number;
  readonly responseMs: number;
  readonly totalMs: number;
  /** `X-OpenStack-Request-ID` as the client sent it; empty if it sent none. */
  readonly id: string;
  /** Method and path. */
  readonly request: string;
}

/** A line of HAProxy's log, if it is about a request. */
export function parseBalancerLine(text: string): BalancedRequest | undefined {
  if (!text.startsWith('{"frontend":')) return undefined;
  const { success, data } = balancerLineSchema.safeParse(parseJson(text));
  if (!success) return undefined;
  return {
    ...data,
    server: data.server === '<NOSRV>' ? null : instanceOfServer(data.server),
    id: data.id === '-' ? '' : data.id,
    // A query may contain a signature.
    request: data.request.replace(/\?.*/, ''),
  };
}

/** HAProxy cuts a line that is too long. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** HAProxy names may not contain a slash: `node1.heat-api`; a node's name has no dot. */
export function serverName(server: { readonly node: string; readonly service: string }): string {
  return `${server.node}.${server.service}`;
}
/** `node1.heat-engine.2` → `node1/heat-engine.2`. */
export function instanceOfServer(name: string): string {
  return name.replace('.', '/');
}

/**
 * One frontend and backend per service. With any settings, the lab's own path must lose nothing, so
 * that a loss is due to the subject. `http-server-close` is set because uWSGI closes after each
 * answer. Names are resolved again at each start.
 */
export function haproxyConfig(
  services: readonly BalancedService[],
  settings: BalancerSettings = LAB_BALANCER,
): string {
  const lines = [
    'global',
    '  log stdout format raw local0',
    '  maxconn 4000',
    `  stats socket ipv4@0.0.0.0:${RUNTIME_API_PORT} level admin`,
    '  stats timeout 1h',
    '',
    'resolvers docker',
    '  nameserver dns 127.0.0.11:53',
    '  resolve_retries 3',
    '  timeout resolve 500ms',
    '  timeout retry 500ms',
    '  hold valid 500ms',
    '  hold nx 2s',
    '  hold obsolete 2s',
    '',
    'defaults',
    '  mode http',
    '  log global',
    '  option http-server-close',
    '  option redispatch',
    '  retries 3',
    `  timeout connect ${settings.connectSeconds}s`,
    `  timeout client ${settings.clientSeconds}s`,
    `  timeout server ${settings.serverSeconds}s`,
    '  timeout http-keep-alive 60s',
    ...(settings.checkTimeoutSeconds === undefined
      ? []
      : [`  timeout check ${settings.checkTimeoutSeconds}s`]),
    `  log-format '${LOG_FORMAT}'`,
    '',
    'frontend control',
    `  bind :${CONTROL_PORT}`,
    '  option dontlog-normal',
    '  http-request return status 200 content-type text/plain string control',
  ];
  for (const service of services) {
    if (service.mode === 'tcp') {
      lines.push(...tcpLines(service, settings));
      continue;
    }
    lines.push(
      '',
      `frontend ${service.name}`,
      `  bind :${service.port}`,
      '  http-request capture req.hdr(X-OpenStack-Request-ID) len 64',
      `  default_backend ${service.name}`,
      '',
      `backend ${service.name}`,
      `  balance ${settings.balance}`,
      ...healthCheck(settings, service),
      ...service.servers.map(
        (server) =>
          `  use-server ${serverName(server)} if { req.hdr(${SERVER_HEADER}) -m str ${instanceOfServer(serverName(server))} }`,
      ),
      `  http-response set-header ${SERVER_HEADER} %[srv_name,regsub(\\.,/)]`,
      ...serverLines(service, settings),
    );
  }
  return `${lines.join('\n')}\n`;
}

function serverLines(
  { port, servers }: BalancedService,
  { interSeconds, fall, rise }: BalancerSettings,
): readonly string[] {
  return [
    `  default-server resolvers docker resolve-prefer ipv4 init-addr none check inter ${interSeconds}s fall ${fall} rise ${rise}`,
    ...servers.map((server) => `  server ${serverName(server)} ${server.host}:${port}`),
  ];
}

/** A connection that a server refuses goes to another server. No log shows this. */
function tcpLines(service: BalancedService, settings: BalancerSettings): readonly string[] {
  return [
    '',
    `frontend ${service.name}`,
    '  mode tcp',
    '  no log',
    `  bind :${service.port}`,
    `  default_backend ${service.name}`,
    '',
    `backend ${service.name}`,
    '  mode tcp',
    '  no log',
    ...serverLines(service, settings),
  ];
}

/** @see HAProxy's Configuration Manual, "option httpchk": without a method it is `OPTIONS /`. */
function healthCheck(
  { check, expectStatus }: BalancerSettings,
  { checkPath = HEALTH_PATH }: BalancedService,
): readonly string[] {
  if (check === 'connect') return [];
  return [
    check === 'OPTIONS' ? '  option httpchk' : `  option httpchk ${check} ${checkPath}`,
    ...(expectStatus === undefined ? [] : [`  http-check expect status ${expectStatus}`]),
  ];
}

export function haproxySpec(
  services: readonly BalancedService[],
  settings?: BalancerSettings,
): InfrastructureSpec {
  return {
    image: 'rollgate/haproxy:latest',
    ports: [...services.map(({ port }) => port), RUNTIME_API_PORT, CONTROL_PORT],
    files: [{ path: '/etc/haproxy/haproxy.cfg', content: haproxyConfig(services, settings) }],
    ready: { kind: 'http', port: CONTROL_PORT, path: '/' },
    readySeconds: 30,
  };
}

export interface ServerState {
  /** As in the statistics: `UP`, `DOWN`, `DRAIN`, `MAINT (resolution)`, `UP 1/3`, … */
  readonly status: string;
  /** Its current sessions. */
  readonly sessions: number;
}

/** A server, by its names in HAProxy. */
export interface ServerOfBackend {
  /** Its service. */
  readonly backend: string;
  readonly node: string;
  readonly service: string;
}

/** HAProxy's runtime API over TCP. */
export class Balancer {
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  /** By `node/service`. @see HAProxy Management Guide, "show stat". */
  async servers(signal?: AbortSignal): Promise<ReadonlyMap<string, ServerState>> {
    const [header, ...rows] = (await this.#command('show stat', signal)).trim().split('\n');
    const names = (header ?? '').replace(/^# /, '').split(',');
    const states = new Map<string, ServerState>();
    for (const row of rows) {
      const cells = row.split(',');
      const cell = (name: string): string => cells[names.indexOf(name)] ?? '';
      if (cell('svname') === 'FRONTEND' || cell('svname') === 'BACKEND') continue;
      states.set(instanceOfServer(cell('svname')), {
        status: cell('status'),
        sessions: Number(cell('scur')),
      });
    }
    return states;
  }

  /**
   * Sets whether a server gets requests: `drain` for no new ones, `maint` for no checks either.
   * @throws RollgateError `balancer-refused` with HAProxy's answer.
   * @see HAProxy Management Guide, "set server <b>/<s> state".
   */
  async setState(
    server: ServerOfBackend,
    state: 'ready' | 'drain' | 'maint',
    signal?: AbortSignal,
  ): Promise<void> {
    const command = `set server ${server.backend}/${serverName(server)} state ${state}`;
    const answer = (await this.#command(command, signal)).trim();
    if (answer === '') return;
    throw new RollgateError('balancer-refused', `HAProxy answered "${command}" with: ${answer}`);
  }

  #command(command: string, signal?: AbortSignal): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect({
        port: this.#port,
        host: '127.0.0.1',
        ...(signal === undefined ? {} : { signal }),
      });
      const chunks: Buffer[] = [];
      socket.setTimeout(5000, () => socket.destroy(new Error('no answer within 5 s')));
      socket.on('data', (chunk) => chunks.push(chunk));
      socket.on('error', (error) => {
        reject(
          new RollgateError('balancer-silent', `HAProxy did not answer "${command}"`, {
            cause: error,
          }),
        );
      });
      socket.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
      socket.write(`${command}\n`);
    });
  }
}
