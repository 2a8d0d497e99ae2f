import type { SharedVolume } from '../../infra/authority.ts';

export type ServiceCondition = 'service_healthy' | 'service_completed_successfully';

/** A config that a service gets as a file. */
export interface ComposeMount {
  readonly source: string;
  readonly target: string;
}

/** The part of a Compose service that a lab needs; `undefined` is not written. */
export interface ComposeService {
  readonly image: string;
  readonly pull_policy: 'never';
  readonly hostname: string;
  readonly command: readonly string[] | undefined;
  readonly environment: Readonly<Record<string, string>> | undefined;
  readonly ports: readonly string[] | undefined;
  readonly healthcheck: ComposeHealthcheck | undefined;
  readonly depends_on:
    | Readonly<Record<string, { readonly condition: ServiceCondition }>>
    | undefined;
  readonly stop_grace_period: string | undefined;
  readonly networks: ComposeNetworks | undefined;
  readonly volumes: readonly string[] | undefined;
  readonly configs: readonly ComposeMount[];
}

interface ComposeNetworks {
  readonly default: { readonly aliases: readonly string[] };
}

interface ComposeHealthcheck {
  readonly test: readonly string[];
  readonly interval: string;
  readonly timeout: string;
  readonly start_period: string;
}

export interface ComposeServiceOptions {
  readonly image: string;
  readonly hostname: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly configs: readonly ComposeMount[];
  /** Volumes of the file that it has, by name and path. */
  readonly volumes?: readonly SharedVolume[];
  readonly ports?: readonly number[];
  /** On loopback, under the same number or under any free one. */
  readonly published?: 'same' | 'any';
  /** A command in the container that ends with 0 when it is ready. */
  readonly check?: readonly string[] | undefined;
  /** How long it may take until it is ready. */
  readonly readySeconds?: number;
  readonly stopGraceSeconds?: number;
  /** Further names of it in the network. */
  readonly aliases?: readonly string[];
  /** For each service: its conditions of start. */
  readonly needs?: Readonly<Record<string, ServiceCondition>> | undefined;
}

/** A service as Compose writes it. */
export function composeService(options: ComposeServiceOptions): ComposeService {
  const {
    command,
    environment,
    ports = [],
    check,
    needs,
    readySeconds = 60,
    stopGraceSeconds,
    aliases = [],
    volumes = [],
  } = options;
  return {
    image: options.image,
    // Only rollgate builds these images: no registry has them.
    pull_policy: 'never',
    hostname: options.hostname,
    command: command?.map(escaped),
    environment: environment && mapValues(environment, escaped),
    ports: ports.length > 0 ? ports.map((port) => loopback(port, options.published)) : undefined,
    healthcheck: check && {
      test: ['CMD', ...check.map(escaped)],
      interval: '2s',
      timeout: '10s',
      start_period: `${readySeconds}s`,
    },
    depends_on: needs && mapValues(needs, (condition) => ({ condition })),
    stop_grace_period: stopGraceSeconds === undefined ? undefined : `${stopGraceSeconds}s`,
    networks: aliases.length === 0 ? undefined : { default: { aliases } },
    volumes:
      volumes.length === 0 ? undefined : volumes.map(({ title, path }) => `${title}:${path}`),
    configs: options.configs,
  };
}

/**
 * A request to a port of the container itself that ends with 0 at a status below 500. It uses only
 * bash, because not every image has an HTTP client.
 */
export function httpCheck(port: number, path: string): readonly string[] {
  return [
    'bash',
    '-c',
    `exec 3<>/dev/tcp/127.0.0.1/${port}; printf 'GET ${path} HTTP/1.0\\r\\n\\r\\n' >&3; ` +
      'read -r _ status _ <&3; [ "$status" -lt 500 ]',
  ];
}

/**
 * Ends with 0 once the container has a connection to the broker. A service that takes work from the
 * broker listens on no port, so nothing more is visible from outside. The ports are in hexadecimal
 * in the kernel's table, where 01 is an established connection (Linux, net/ipv4/tcp_ipv4.c).
 */
export function brokerCheck(port: number): readonly string[] {
  const remote = port.toString(16).toUpperCase().padStart(4, '0');
  return ['grep', '-q', `:${remote} 01 `, '/proc/net/tcp'];
}

/** Compose replaces variables at every dollar sign, even in the content of files. */
export function escaped(text: string): string {
  return text.replaceAll('$', '$$$$');
}

function loopback(port: number, published: 'same' | 'any' = 'any'): string {
  return `127.0.0.1:${published === 'same' ? port : ''}:${port}`;
}

function mapValues<From, To>(
  values: Readonly<Record<string, From>>,
  map: (value: From) => To,
): Readonly<Record<string, To>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value)]));
}
