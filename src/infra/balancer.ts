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
