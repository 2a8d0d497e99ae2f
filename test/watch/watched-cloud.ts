import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { ownAddress } from '../load/own-address.ts';

const created = z.object({ stack_name: z.string() });
const RANDOM = 'abc';
/** Of some types, the release of Heat that removed it. */
const REMOVED_SINCE = new Map([
  ['OS::Magnum::Bay', 19],
  ['OS::Glance::Image', 22],
  ['OS::Sahara::Cluster', 23],
  ['OS::Monasca::Notification', 25],
  ['OS::Vitrage::Template', 27],
]);
const validated = z.object({
  template: z.object({ resources: z.object({ sign: z.object({ type: z.string() }) }) }),
});

/** As much of Keystone and Heat as a watch without short stacks asks of a cloud. */
export class WatchedCloud implements AsyncDisposable {
  readonly #server = createServer((request, response) => {
    this.#respond(request, response).catch((error: Error) => response.destroy(error));
  });
  /** Names by id. */
  readonly stacks = new Map<string, string>();
  /** Those that were deleted; Heat shows them by their ids. */
  readonly deleted = new Map<string, string>();
  /** The major versions of its engines, which answer in turn. */
  engines: readonly number[] = [24];
  /** What it was asked about itself, with the status of each answer. */
  readonly asked: string[] = [];
  /** Whether a proxy answers in its place. */
  isDown = false;
  #turn = 0;
  readonly #address = ownAddress();
  #port = 0;

  static async start(): Promise<WatchedCloud> {
    const cloud = new WatchedCloud();
    await cloud.#listen();
    return cloud;
  }

  async #listen(): Promise<void> {
    this.#server.listen(this.#port, this.#address);
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  get origin(): string {
    return `http://${this.#address}:${this.#port}`;
  }

  get env(): Readonly<Record<string, string>> {
    const { origin } = this;
    return {
      OS_AUTH_URL: origin,
      OS_USERNAME: 'ci',
      OS_PASSWORD: 'secret',
      OS_PROJECT_NAME: 'gate',
      OS_ORCHESTRATION_ENDPOINT_OVERRIDE: origin,
    };
  }

  /** Refuses connections for so long. @returns For how many seconds it was, on a busy machine. */
  async stopFor(milliseconds: number): Promise<number> {
    const from = performance.now();
    this.#server.close();
    this.#server.closeAllConnections();
    await delay(milliseconds);
    await this.#listen();
    return (performance.now() - from) / 1000;
  }

  /** As another user would. */
  deleteAll(): void {
    for (const [id, name] of this.stacks) this.deleted.set(id, name);
    this.stacks.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const { pathname } = new URL(request.url ?? '', 'http://cloud');
    if (this.isDown) {
      response.writeHead(503, { server: 'proxy' }).end();
      return;
    }
    const what = `${request.method} ${pathname}`;
    const about = this.#aboutItself(what, body);
    const [status, answer] = about ?? this.#answer(what, body);
    if (about !== undefined) this.asked.push(`${what} ${status}`);
    response.writeHead(status, {
      server: 'uwsgi',
      'content-type': 'application/json',
      'x-subject-token': 'token',
      'x-openstack-request-id': 'req-1',
    });
    response.end(answer === undefined ? '' : JSON.stringify(answer));
  }

  /** As Heat and Keystone answer a user who is no administrator. */
  #aboutItself(what: string, body: string): readonly [number, object?] | undefined {
    if (what === 'GET /v3') return [200, { version: { id: 'v3.14', status: 'stable' } }];
    if (what === 'GET /v1/p/services') return [403];
    if (what === 'GET /v1/p/build_info') {
      return [200, { api: { revision: 'abc1' }, engine: { revision: 'unknown' } }];
    }
    if (what !== 'POST /v1/p/validate') return undefined;
    const { type } = validated.parse(JSON.parse(body)).template.resources.sign;
    const engine = this.engines[this.#turn % this.engines.length] ?? 0;
    this.#turn += 1;
    if (engine >= (REMOVED_SINCE.get(type) ?? Infinity)) return [200, { Parameters: {} }];
    return [400, { error: { type: 'ResourceTypeUnavailable', message: `${type}: HEAT-E99001` } }];
  }

  #answer(what: string, body: string): readonly [number, object?] {
    if (what === 'POST /v3/auth/tokens') {
      return [201, { token: { project: { id: 'p', name: 'gate' }, user: { name: 'ci' } } }];
    }
    if (what === 'GET /') return [300, { versions: [{ id: 'v1.0' }] }];
    if (what === 'GET /v1/p/stacks') {
      return [200, { stacks: [...this.stacks].map(([id, name]) => shown(id, name)) }];
    }
    if (what === 'POST /v1/p/stacks/preview') return [200, PREVIEW];
    if (what === 'POST /v1/p/stacks') {
      const id = randomUUID();
      this.stacks.set(id, created.parse(JSON.parse(body)).stack_name);
      return [201, { stack: { id } }];
    }
    const [, method, id = ''] = /^(\w+) \/v1\/p\/stacks\/[^/]+\/([^/]+)$/.exec(what) ?? [];
    const name = this.stacks.get(id);
    if (method === 'DELETE' && name !== undefined) {
      this.stacks.delete(id);
      return [204];
    }
    if (method === 'GET' && name !== undefined) return [200, { stack: shown(id, name) }];
    const gone = this.deleted.get(id);
    return method === 'GET' && gone !== undefined
      ? [200, { stack: { ...shown(id, gone), stack_status: 'DELETE_COMPLETE' } }]
      : [404];
  }
}

function shown(id: string, name: string) {
  return {
    id,
    stack_name: name,
    stack_status: 'CREATE_COMPLETE',
    outputs: [{ output_key: 'random', output_value: RANDOM }],
  };
}

const PREVIEW = {
  stack: {
    resources: [
      { resource_name: 'random', resource_type: 'OS::Heat::RandomString' },
      { resource_name: 'last', resource_type: 'OS::Heat::TestResource' },
    ],
  },
};
