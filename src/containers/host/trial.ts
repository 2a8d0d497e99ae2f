import { connect } from 'node:net';
import { messageOf, RollgateError } from '../../errors.ts';
import { given } from '../../given.ts';
import type { ContainerEngine, Labels } from '../port.ts';
import { waitFor } from '../wait.ts';
import type { HostCondition } from './condition.ts';

/** A small server and a tool for networks; both are images of infrastructure. */
const SERVER_IMAGE = 'rollgate/memcached:latest';
const TOOL_IMAGE = 'rollgate/network:latest';
/** The images without which nothing can be tried. */
export const TRIAL_IMAGES = [SERVER_IMAGE, TOOL_IMAGE] as const;
const SERVER_PORT = 11211;
/** The server's name in its network; its host name is another, which /etc/hosts has. */
const ALIAS = 'tried-by-name';

const TRIAL_LABEL = 'rollgate.trial';

/** How long a port that the engine has published may refuse connections. */
const ANSWER_SECONDS = 10;
const PAUSE_MS = 250;

/** The parts of a container engine that are tried. */
export type TriedEngine = Pick<
  ContainerEngine,
  'createNetwork' | 'start' | 'exec' | 'runInNetworkOf' | 'sweep'
>;

/** Asks a server at a port of this machine; resolves once it answers. */
export type AskPort = (port: number) => Promise<void>;

/**
 * Tries what a lab needs of the engine and what only a running container shows: a published port
 * that this process reaches, names within a network, and the right to change a container's network.
 * Takes about three seconds. Nothing of it stays.
 */
export async function tryContainers(
  engine: TriedEngine,
  askPort: AskPort = answersVersion,
): Promise<readonly HostCondition[]> {
  const name = `rollgate-trial-${process.pid}`;
  const labels: Labels = { [TRIAL_LABEL]: String(process.pid) };
  try {
    await engine.createNetwork({ name, labels });
    const server = await engine.start({
      name,
      image: SERVER_IMAGE,
      hostname: 'trial',
      network: name,
      aliases: [ALIAS],
      labels,
      files: [],
      ports: [SERVER_PORT],
      ready: { kind: 'none' },
      readySeconds: ANSWER_SECONDS,
    });
    return [
      await tried(PORTS, () => askPort(server.ports.get(SERVER_PORT) ?? 0)),
      await tried(NAMES, async () => {
        const open = `for try in 1 2 3 4 5; do </dev/tcp/${ALIAS}/${SERVER_PORT} && exit; sleep 0.5; done; exit 1`;
        const { exitCode, stderr } = await engine.exec(name, ['bash', '-c', open]);
        if (exitCode !== 0) throw failure(stderr);
      }),
      await tried(NETWORK, async () => {
        const script = 'iptables --list --numeric >/dev/null && tc qdisc show >/dev/null';
        const tool = { image: TOOL_IMAGE, script, labels };
        const { exitCode, output } = await engine.runInNetworkOf(name, tool);
        if (exitCode !== 0) throw failure(output);
      }),
    ];
  } catch (error) {
    return [{ id: 'container', status: 'fail', ...told('a container does not start', error) }];
  } finally {
    await engine.sweep(labels);
  }
}

interface Trial {
  readonly id: string;
  /** The state if it fails: faults are for some scenarios only. */
  readonly fails: 'fail' | 'warn';
  readonly works: string;
  readonly not: string;
  readonly hint: string;
}

const PORTS: Trial = {
  id: 'ports',
  fails: 'fail',
  works: 'a published port answers',
  not: 'a port that the engine published on 127.0.0.1 does not answer',
  hint: 'Does the engine run in another container or on another machine, or does a firewall stop loopback? Run rollgate where the engine runs.',
};
const NAMES: Trial = {
  id: 'names',
  fails: 'fail',
  works: 'containers find each other by name',
  not: 'a container does not find another one by name',
  hint: 'Labs need the engine’s own resolver (127.0.0.11) in their networks. Is another resolver set for containers?',
};
const NETWORK: Trial = {
  id: 'faults',
  fails: 'warn',
  works: 'networks of containers can be changed',
  not: 'the network of a container cannot be changed: the faults cut and narrow do not work',
  hint: 'The kernel needs iptables and tc (sch_tbf), and the engine must grant NET_ADMIN.',
};

async function tried(trial: Trial, attempt: () => Promise<void>): Promise<HostCondition> {
  const { id, works, not, fails: status, hint } = trial;
  try {
    await attempt();
    return { id, status: 'ok', message: works };
  } catch (error) {
    return { id, status, ...told(not, error), hint };
  }
}

/** The message, and the remedy of an error that has one. */
function told(what: string, error: unknown): Pick<HostCondition, 'message' | 'hint'> {
  const hint = error instanceof RollgateError ? error.hint : undefined;
  return { message: `${what}: ${messageOf(error)}`, ...given({ hint }) };
}

function failure(output: string): RollgateError {
  return new RollgateError('not-ready', output.trim().split('\n').at(-1) ?? 'no reason given');
}

/** Asks memcached for its version until it answers. */
async function answersVersion(port: number): Promise<void> {
  const wait = {
    what: `memcached at port ${port}`,
    limitSeconds: ANSWER_SECONDS,
    everyMs: PAUSE_MS,
  };
  await waitFor(wait, async () => ({ value: await asksVersion(port) }));
}

function asksVersion(port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connect({ port, host: '127.0.0.1', timeout: ANSWER_SECONDS * 1000 });
  socket.once('timeout', () => socket.destroy());
  socket.once('error', reject);
  // A proxy of the engine accepts a connection and closes it while nothing listens behind.
  socket.once('close', () => {
    reject(new Error('the connection was closed without an answer'));
  });
  socket.once('data', () => {
    resolve();
    socket.destroy();
  });
  socket.write('version\r\n');
  return promise;
}
