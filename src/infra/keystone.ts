import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { reasonOf, RollgateError } from '../errors.ts';
import type { Config } from '../scenario/config.ts';
import {
  serversOf,
  type ServerName,
  type WithServers,
} from '../scenario/topology/infrastructure.ts';
import { bodyOf, sendTo, valueIn } from './http-answer.ts';
import type { InfrastructureSpec } from './infrastructure.ts';
import { renderIni } from './ini.ts';
import { cacheSection, cacheServers } from './memcached.ts';
import type { Secrets } from './secrets.ts';

export const KEYSTONE_PORT = 5000;
export const REGION = 'RegionOne';

const BOOTSTRAP_PASSWORD_FILE = '/etc/rollgate/keystone-admin';
const ENDPOINT = `http://keystone:${KEYSTONE_PORT}/v3`;

/** A server of Keystone, and whether it is one of several behind the load balancer. */
export interface KeystonePlace {
  readonly server: ServerName;
  readonly topology: WithServers;
}

/**
 * Keystone on its own database. Cheap hashes and an in-memory cache reduce its response time from
 * half a second to milliseconds: a lab measures the subject, not Keystone's key stretching. It is
 * `memory_pickle` because plain `memory` breaks the deletion of credentials. In a lab with memcached
 * the cache is there.
 *
 * Of several servers the first makes the database ready, and all have the lab's keys. Those that
 * take their place in an upgrade leave the database to its steps.
 *
 * @param config Options over the lab's own.
 */
export function keystoneSpec(
  secrets: Secrets,
  { server, topology }: KeystonePlace = { server: 'keystone', topology: {} },
  config: Config = {},
): InfrastructureSpec {
  const servers = serversOf(topology, 'keystone');
  const isCluster = servers.length > 1;
  const processes =
    cacheServers(topology) === undefined ? undefined : { ROLLGATE_PROCESSES: PROCESSES };
  const bootstraps = { ...bootstrapOf(), ...processes };
  return {
    image: 'rollgate/keystone:latest',
    ports: [KEYSTONE_PORT],
    environment: server === servers[0] ? bootstraps : { ...processes },
    ...(isCluster ? { successor: { environment: { ...processes } } } : {}),
    files: [
      { path: BOOTSTRAP_PASSWORD_FILE, content: secrets.keystoneAdmin },
      {
        path: '/etc/keystone/keystone.conf',
        content: renderIni(keystoneConf(secrets, topology), config),
      },
      ...(isCluster ? sharedKeys(secrets) : []),
    ],
    // Tokens and credentials are encrypted with them (images/keystone/entrypoint makes them).
    keeps: isCluster ? { files: [] } : { files: ['fernet', 'credential'].flatMap(keysIn) },
    ready: { kind: 'http', port: KEYSTONE_PORT, path: '/v3' },
    readySeconds: 120,
  };
}

function keystoneConf(secrets: Secrets, topology: WithServers): Parameters<typeof renderIni>[0] {
  return {
    DEFAULT: { use_stderr: true },
    database: {
      connection: `mysql+pymysql://keystone:${secrets.keystoneDatabase}@mysql/keystone?charset=utf8`,
      // It is started together with its database and waits for it (oslo_db/options.py).
      max_retries: 100,
      retry_interval: 1,
    },
    token: { provider: 'fernet', expiration: 86400 },
    // Heat signs the address of a signal once, when it deploys. After this many minutes Keystone
    // refuses it (keystone/api/_shared/EC2_S3_Resource.py); a run may take longer than the usual 15.
    credential: { auth_ttl: 1440 },
    identity: { password_hash_rounds: 4 },
    cache: { enabled: true, backend: 'dogpile.cache.memory_pickle' },
    ...cacheSection(topology),
  };
}

/** More than one, so that one that waits for memcached leaves another one to answer. */
const PROCESSES = '2';

/** See images/keystone/keystone.py and `keystone-manage bootstrap --help`. */
function bootstrapOf(): Readonly<Record<string, string>> {
  return {
    OS_BOOTSTRAP_REGION_ID: REGION,
    OS_BOOTSTRAP_PUBLIC_URL: ENDPOINT,
    OS_BOOTSTRAP_INTERNAL_URL: ENDPOINT,
    OS_BOOTSTRAP_ADMIN_URL: ENDPOINT,
    // In a file, because anyone can read the environment of a container.
    ROLLGATE_BOOTSTRAP_PASSWORD: BOOTSTRAP_PASSWORD_FILE,
  };
}

/** The same keys for every server: 32 bytes each, as `keystone-manage fernet_setup` writes them. */
function sharedKeys(secrets: Secrets): InfrastructureSpec['files'] {
  return ['fernet', 'credential'].flatMap(keysIn).map((path) => ({
    path,
    content: createHmac('sha256', secrets.keystoneAdmin)
      .update(path)
      .digest('base64')
      .replaceAll('+', '-')
      .replaceAll('/', '_'),
  }));
}

function keysIn(purpose: string): readonly string[] {
  return [0, 1].map((key) => `/etc/keystone/${purpose}-keys/${key}`);
}

/** The user and the project of a token. */
export interface Login {
  readonly user: string;
  readonly password: string;
  readonly project: string;
}

/** The user that `keystone-manage bootstrap` makes. */
export function administrator(secrets: Secrets): Login {
  return { user: 'admin', password: secrets.keystoneAdmin, project: 'admin' };
}

export interface Token {
  readonly id: string;
  readonly projectId: string;
}

const tokenBody = z.object({ token: z.object({ project: z.object({ id: z.string() }) }) });
const row = z.object({ id: z.string() });

/** How long Keystone may take for an answer. */
const ANSWER_SECONDS = 20;

/** Keystone's identity API, v3. */
export class Keystone {
  readonly origin: string;
  readonly #answerSeconds: number;

  constructor(port: number, answerSeconds = ANSWER_SECONDS) {
    this.origin = `http://127.0.0.1:${port}`;
    this.#answerSeconds = answerSeconds;
  }

  /** A token for a project in the default domain. */
  async token(login: Login): Promise<Token> {
    const { status, headers, text } = await this.#send('POST', '/auth/tokens', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        auth: {
          identity: {
            methods: ['password'],
            password: {
              user: { name: login.user, domain: { id: 'default' }, password: login.password },
            },
          },
          scope: { project: { name: login.project, domain: { id: 'default' } } },
        },
      }),
    });
    const id = headers.get('x-subject-token');
    if (status !== 201 || id === null) {
      throw new RollgateError(
        'keystone-refused',
        `no token for ${login.user} in ${login.project}: ${status} ${text.slice(0, 300)}`,
      );
    }
    const { token } = valueIn(tokenBody, text, 'Keystone, POST /auth/tokens');
    return { id, projectId: token.project.id };
  }

  /** Calls the API with the token. @returns the answer's body. */
  async call(token: Token, method: string, path: string, body?: object): Promise<string> {
    const { status, text } = await this.#send(method, path, {
      headers: { 'content-type': 'application/json', 'x-auth-token': token.id },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (status < 200 || status > 299) {
      throw new RollgateError(
        'keystone-refused',
        `${method} ${path}: ${status} ${text.slice(0, 300)}`,
      );
    }
    return text;
  }

  /** @throws RollgateError `keystone-unreachable`. */
  async #send(
    method: string,
    path: string,
    request: Pick<RequestInit, 'headers' | 'body'>,
  ): Promise<{ readonly status: number; readonly headers: Headers; readonly text: string }> {
    const limit = AbortSignal.timeout(this.#answerSeconds * 1000);
    try {
      const response = await sendTo(`${this.origin}/v3${path}`, {
        ...request,
        method,
        signal: limit,
      });
      const { status, headers } = response;
      return { status, headers, text: await bodyOf(response) };
    } catch (cause) {
      const why = limit.aborted ? `no answer within ${this.#answerSeconds} s` : reasonOf(cause);
      throw new RollgateError('keystone-unreachable', `Keystone, ${method} ${path}: ${why}`, {
        hint: 'The machine may be too busy. `rollgate logs keystone` shows its log while the lab stands.',
        cause,
      });
    }
  }

  /** Creates an entity, e.g. `create(token, 'users', {…})`. @returns its id. */
  async create(token: Token, collection: string, attributes: object): Promise<string> {
    // The collections' names are all regular plurals of the keys in their requests and answers.
    const entity = collection.slice(0, -1);
    const text = await this.call(token, 'POST', `/${collection}`, { [entity]: attributes });
    const what = `Keystone, POST /${collection}`;
    return valueIn(z.object({ [entity]: row }), text, what)[entity]?.id ?? '';
  }

  /** The id of the member of a collection with these attributes; the API can filter by each. */
  async find(
    token: Token,
    collection: string,
    attributes: Readonly<Record<string, string>>,
  ): Promise<string | undefined> {
    const query = new URLSearchParams(attributes).toString();
    const text = await this.call(token, 'GET', `/${collection}?${query}`);
    const listed = z.object({ [collection]: z.array(row) });
    return valueIn(listed, text, `Keystone, GET /${collection}`)[collection]?.[0]?.id;
  }
}
