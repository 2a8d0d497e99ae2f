import { existsSync } from 'node:fs';
import Docker from 'dockerode';
import { codeOf, isError, reasonOf, RollgateError } from '../errors.ts';
import { given } from '../given.ts';
import { plain } from '../text/plain.ts';
import { withLossNamed } from './docker/lost-engine.ts';

/** The oldest tested API: Docker 20.10. */
export const REQUIRED_API = '1.41';

/** How long an engine may take to report its version before it counts as silent. */
const ANSWER_MS = 10_000;

/** The answer of a container engine to a request for its version. */
export type EngineAnswer =
  | { readonly state: 'ready'; readonly version: string; readonly apiVersion: string }
  | { readonly state: 'too-old'; readonly version: string; readonly apiVersion: string }
  /** An engine with Docker's API that is not Docker. */
  | { readonly state: 'podman'; readonly version: string; readonly apiVersion: string }
  /** An engine on another machine: a lab's ports would be on that machine's loopback. */
  | { readonly state: 'remote'; readonly reason: string }
  /** Nothing listens there. */
  | { readonly state: 'absent'; readonly reason: string }
  /** There is a socket, but not for this user. */
  | { readonly state: 'forbidden'; readonly reason: string }
  /** Something listens, but does not answer as a container engine. */
  | { readonly state: 'silent'; readonly reason: string };

/** The address of the engine, for messages: DOCKER_HOST without a password, or a socket. */
export function engineAddress(env: NodeJS.ProcessEnv = process.env): string {
  const named = env['DOCKER_HOST']?.replace(/:\/\/[^/@]*@/, '://***@');
  return named ?? `unix://${rootlessSocket(env) ?? '/var/run/docker.sock'}`;
}

/** The host in DOCKER_HOST, if it is another machine. */
export function remoteHost(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const address = env['DOCKER_HOST'];
  if (address === undefined || !URL.canParse(address)) return undefined;
  const { hostname } = new URL(address);
  const isLocal = hostname === '' || LOOPBACK.test(hostname);
  return isLocal ? undefined : hostname;
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** Asks the engine for its version. Never throws. */
export async function askEngine(): Promise<EngineAnswer> {
  const host = remoteHost();
  if (host !== undefined) return { state: 'remote', reason: host };
  try {
    const answer = await withLossNamed(client(ANSWER_MS), engineAddress()).version();
    const { Version: version, ApiVersion: apiVersion } = answer;
    return { state: productState(answer), version, apiVersion };
  } catch (error) {
    const cause = isError(error) && error.cause !== undefined ? error.cause : error;
    return { state: stateOf(cause), reason: plain(reasonOf(cause)) };
  }
}

/** Podman names itself in its components (`podman system service`, `GET /version`). */
export function productState({
  ApiVersion,
  Components,
}: {
  readonly ApiVersion: string;
  readonly Components?: readonly { readonly Name: string }[] | null;
}): 'ready' | 'too-old' | 'podman' {
  if (Components?.some(({ Name }) => Name === 'Podman Engine') === true) return 'podman';
  return isAtLeast(ApiVersion, REQUIRED_API) ? 'ready' : 'too-old';
}

/**
 * The client of a container engine that answers, at DOCKER_HOST or at the usual socket.
 *
 * @throws RollgateError `engine-unreachable`, `engine-too-old`, `engine-is-podman`.
 */
export async function connectDocker(): Promise<Docker> {
  const answer = await askEngine();
  if (answer.state !== 'ready') throw engineError(answer, process.getuid?.() === 0);
  return withLossNamed(client(), engineAddress());
}

/** The error for an unusable engine, with the remedy. */
export function engineError(
  answer: Exclude<EngineAnswer, { readonly state: 'ready' }>,
  isRoot: boolean,
): RollgateError {
  const address = engineAddress();
  switch (answer.state) {
    case 'too-old':
      return new RollgateError(
        'engine-too-old',
        `the container engine at ${address} is Docker ${answer.version} (API ${answer.apiVersion}); rollgate needs API ${REQUIRED_API} (Docker 20.10)`,
        { hint: 'Upgrade it, or point DOCKER_HOST at a newer one.' },
      );
    case 'podman':
      return new RollgateError(
        'engine-is-podman',
        `the container engine at ${address} is Podman ${answer.version}; a lab needs Docker`,
        {
          detail:
            'Podman’s Docker API differs where a lab depends on it. It refuses a filter of the container list, has another ID at each call, and names images docker.io/….',
          hint: 'Point DOCKER_HOST at Docker 20.10 or newer. It may run beside Podman.',
        },
      );
    case 'remote':
      return new RollgateError(
        'engine-remote',
        `the container engine at ${address} is on another machine, ${answer.reason}: a lab publishes its ports on loopback, which would be that machine's`,
        { hint: 'Run rollgate there, or unset DOCKER_HOST to use the engine of this machine.' },
      );
    case 'forbidden':
      return new RollgateError(
        'engine-unreachable',
        `this user may not use the container engine at ${address}: ${answer.reason}`,
        { hint: 'Ask an administrator to add you to the group docker, then log in again.' },
      );
    case 'silent':
      return new RollgateError(
        'engine-unreachable',
        `the container engine at ${address} does not answer: ${answer.reason}`,
        { hint: 'Look into its log, and start it again.' },
      );
    case 'absent':
      break;
  }
  return new RollgateError(
    'engine-unreachable',
    `no container engine answers at ${address}: ${answer.reason}`,
    { hint: hintForAbsent(isRoot) },
  );
}

function hintForAbsent(isRoot: boolean): string {
  if (process.env['DOCKER_HOST'] !== undefined) {
    return 'Set DOCKER_HOST to an engine that runs, or unset it to use the one of this machine.';
  }
  return isRoot
    ? 'Run `npx rollgate doctor --fix`, which installs and starts one.'
    : 'Run `npx rollgate doctor --fix` as root, which installs and starts one, and join the group docker. Or set DOCKER_HOST to an engine that you may use.';
}

/** Compares `major.minor`. */
export function isAtLeast(version: string, required: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [requiredMajor = 0, requiredMinor = 0] = required.split('.').map(Number);
  return major > requiredMajor || (major === requiredMajor && minor >= requiredMinor);
}

function client(timeoutMs?: number): Docker {
  const socketPath = rootlessSocket(process.env);
  return new Docker({
    ...given({ socketPath, timeout: timeoutMs }),
  });
}

/** Docker's rootless mode listens in the user's runtime directory; dockerode does not look there. */
function rootlessSocket(env: NodeJS.ProcessEnv): string | undefined {
  const runtime = env['XDG_RUNTIME_DIR'];
  if (env['DOCKER_HOST'] !== undefined || runtime === undefined) return undefined;
  const socket = `${runtime}/docker.sock`;
  return !existsSync('/var/run/docker.sock') && existsSync(socket) ? socket : undefined;
}

const FORBIDDEN: ReadonlySet<unknown> = new Set(['EACCES', 'EPERM']);
const ABSENT: ReadonlySet<unknown> = new Set([
  'ENOENT',
  'ECONNREFUSED',
  'ENOTFOUND',
  'EHOSTUNREACH',
]);

function stateOf(error: unknown): 'absent' | 'forbidden' | 'silent' {
  const code = codeOf(error);
  if (FORBIDDEN.has(code)) return 'forbidden';
  return ABSENT.has(code) ? 'absent' : 'silent';
}
