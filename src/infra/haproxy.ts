import { LAB_BALANCER, type BalancerSettings } from '../plan/balancer.ts';
import {
  INFRASTRUCTURE,
  serversOf,
  type WithServers,
} from '../scenario/topology/infrastructure.ts';
import type { NodeName } from '../scenario/topology/topology.ts';
import {
  authorityVolumes,
  CERTIFICATE_FILE,
  CERTIFICATE_PROGRAM,
  TLS_COMMAND,
} from './authority.ts';
import { LOG_FORMAT } from './balancer-log/balancer-log.ts';
import { instanceOfServer, serverName } from './balancer-log/server-name.ts';
import type { InfrastructureSpec } from './infrastructure.ts';
import { KEYSTONE_PORT } from './keystone.ts';
import { CLUSTERCHECK_PORT } from './mariadb/galera.ts';
import { MYSQL_PORT } from './mysql.ts';

/** A server behind the load balancer. */
export interface BalancedServer {
  readonly node: NodeName;
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
  /** Whether its clients use TLS. Default: false. */
  readonly tls?: boolean;
  /** The path that the load balancer requests from a server. Default: `HEALTH_PATH`. */
  readonly checkPath?: string;
  /** A port of a server that answers the check for it. Default: the service's own port. */
  readonly checkPort?: number;
  /** Whether one server gets all connections, and another one only while it is down. */
  readonly oneServes?: boolean;
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
    // The container engine writes its own resolver into the container’s resolv.conf.
    '  parse-resolv-conf',
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
    lines.push(...(service.mode === 'tcp' ? tcpLines : httpLines)(service, settings));
  }
  return `${lines.join('\n')}\n`;
}

function serverLines(
  { port, servers, checkPort, oneServes = false }: BalancedService,
  { interSeconds, fall, rise }: BalancerSettings,
): readonly string[] {
  const check = checkPort === undefined ? 'check' : `check port ${checkPort}`;
  return [
    `  default-server resolvers docker resolve-prefer ipv4 init-addr none ${check} inter ${interSeconds}s fall ${fall} rise ${rise}`,
    ...servers.map((server, index) => {
      const role = oneServes && index > 0 ? ' backup' : '';
      return `  server ${serverName(server)} ${server.host}:${port}${role}`;
    }),
  ];
}

/**
 * How long a pooled connection to a database may be silent: as Kolla-Ansible's
 * (roles/mariadb/defaults/main.yml). Its servers stand as here: one serves, the others are backups.
 */
const IDLE_SECONDS = 3600;

function httpLines(service: BalancedService, settings: BalancerSettings): readonly string[] {
  return [
    '',
    `frontend ${service.name}`,
    `  bind :${service.port}${service.tls === true ? ` ssl crt ${CERTIFICATE_FILE}` : ''}`,
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
    ...(service.oneServes === true ? [`  timeout client ${IDLE_SECONDS}s`] : []),
    `  default_backend ${service.name}`,
    '',
    `backend ${service.name}`,
    '  mode tcp',
    '  no log',
    ...(service.oneServes === true ? [`  timeout server ${IDLE_SECONDS}s`] : []),
    ...(service.checkPort === undefined ? [] : ['  option httpchk GET /']),
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

/** The infrastructure with several servers that its clients reach under one name and address. */
export function balancedInfrastructure(topology: WithServers): readonly BalancedService[] {
  return BALANCED.flatMap((service) => {
    const { name } = service;
    const servers = serversOf(topology, name);
    if (servers.length < 2) return [];
    const places = servers.map((server) => ({ node: server, service: name, host: server }));
    return [{ ...service, servers: places }];
  });
}

const BALANCED = [
  { name: 'keystone', port: KEYSTONE_PORT, checkPath: '/v3' },
  {
    name: 'mysql',
    port: MYSQL_PORT,
    mode: 'tcp',
    checkPort: CLUSTERCHECK_PORT,
    oneServes: true,
  },
] as const satisfies readonly Omit<BalancedService, 'servers'>[];

export function haproxySpec(
  services: readonly BalancedService[],
  settings?: BalancerSettings,
): InfrastructureSpec {
  const names = services.map(({ name }) => name);
  const overTls = services.some(({ tls }) => tls === true);
  return {
    image: 'rollgate/haproxy:latest',
    ports: [...services.map(({ port }) => port), RUNTIME_API_PORT, CONTROL_PORT],
    ...(overTls ? { command: TLS_COMMAND } : {}),
    shares: authorityVolumes({ tls: overTls }),
    files: [
      { path: '/etc/haproxy/haproxy.cfg', content: haproxyConfig(services, settings) },
      ...(overTls ? [CERTIFICATE_PROGRAM] : []),
    ],
    aliases: INFRASTRUCTURE.filter((service) => names.includes(service)),
    ready: { kind: 'http', port: CONTROL_PORT, path: '/' },
    readySeconds: 30,
  };
}
