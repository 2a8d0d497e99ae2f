import { connect } from 'node:net';
import { RollgateError } from '../errors.ts';
import type { NodeName } from '../scenario/topology/topology.ts';
import { instanceOfServer, serverName } from './balancer-log/server-name.ts';

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
  readonly node: NodeName;
  readonly service: string;
}

const ANSWER_SECONDS = 5;

/** HAProxy's runtime API over TCP. */
export class Balancer {
  readonly #port: number;
  readonly #answerSeconds: number;

  constructor(port: number, answerSeconds = ANSWER_SECONDS) {
    this.#port = port;
    this.#answerSeconds = answerSeconds;
  }

  /** By `node/service`. @see HAProxy Management Guide, "show stat". */
  async servers(signal?: AbortSignal): Promise<ReadonlyMap<string, ServerState>> {
    const answer = await this.#command('show stat', signal);
    const [header, ...rows] = answer.trim().split('\n');
    const names = (header ?? '').replace(/^# /, '').split(',');
    if (!COLUMNS.every((name) => names.includes(name))) throw refused('show stat', answer);
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
    const answer = await this.#command(command, signal);
    if (answer.trim() !== '') throw refused(command, answer);
  }

  /** @returns Its whole answer: HAProxy ends each one with an empty line. */
  #command(command: string, signal?: AbortSignal): Promise<string> {
    const limit = AbortSignal.timeout(this.#answerSeconds * 1000);
    return new Promise((resolve, reject) => {
      const fail = (cause: Error): void => {
        reject(
          new RollgateError('balancer-silent', `HAProxy did not answer "${command}"`, { cause }),
        );
      };
      const socket = connect({
        port: this.#port,
        host: '127.0.0.1',
        signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
      });
      const chunks: Buffer[] = [];
      socket.on('data', (chunk) => chunks.push(chunk));
      socket.on('error', fail);
      socket.on('end', () => {
        const answer = Buffer.concat(chunks).toString('utf8');
        if (answer.endsWith('\n')) resolve(answer);
        else fail(new Error('its answer is cut off'));
      });
      socket.write(`${command}\n`);
    });
  }
}

/** The columns of a statistic that are read. */
const COLUMNS = ['svname', 'status', 'scur'];

function refused(command: string, answer: string): RollgateError {
  return new RollgateError(
    'balancer-refused',
    `HAProxy answered "${command}" with: ${answer.trim().slice(0, 300)}`,
  );
}
