import { z } from 'zod';
import { RollgateError } from '../../errors.ts';
import type { RequestOutcome } from '../../events/families/request.ts';
import { jsonIn } from '../../json.ts';
import { systemClock } from '../../load/clock.ts';
import { createHttpClient, type HttpClient } from '../../load/http/http-client.ts';
import type { HttpResult, RequestSpec } from '../../load/http/request.ts';
import { plain } from '../../text/plain.ts';
import { shortened } from '../../text/shortened.ts';
import type { CloudLogin } from './login.ts';

const TIMEOUT_MS = 20_000;
/** A token with the catalogue of a large cloud has less than a tenth of it. */
const LONGEST_TOKEN_BYTES = 2 ** 20;

const answerSchema = z.object({
  token: z.object({
    // The id becomes a part of paths.
    project: z.object({ id: z.string().regex(/^[\w.~-]+$/), name: z.string().transform(inShort) }),
    user: z.object({ name: z.string() }),
    catalog: z
      .array(
        z.object({
          type: z.string(),
          endpoints: z.array(
            z.object({
              interface: z.string(),
              region: z.string().nullish(),
              region_id: z.string().nullish(),
              url: z.string(),
            }),
          ),
        }),
      )
      .default([]),
  }),
});

function inShort(name: string): string {
  return shortened(plain(name));
}

/** A token, and the address of its service. */
export interface CloudToken {
  readonly id: string;
  readonly projectId: string;
  readonly projectName: string;
  readonly catalogue: z.infer<typeof answerSchema>['token']['catalog'];
}

/**
 * A token of Keystone's API v3, with the catalogue.
 *
 * @throws RollgateError `cloud-refused` if Keystone refuses the login, `cloud-unreachable`. The
 * signal's reason.
 */
export async function cloudToken(login: CloudLogin, signal?: AbortSignal): Promise<CloudToken> {
  const { origin, pathname } = new URL(login.authUrl);
  const { scope, identity } = login;
  await using client = createHttpClient({
    origin,
    connection: 'new',
    timeoutMs: TIMEOUT_MS,
    longestBytes: LONGEST_TOKEN_BYTES,
    clock: systemClock,
    tls: login.tls,
  });
  const result = await untilAbort(client, signal, {
    operation: 'POST auth/tokens',
    method: 'POST',
    path: `${pathname === '/' ? '' : pathname}/v3/auth/tokens`,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ auth: { identity, ...(scope === undefined ? {} : { scope }) } }),
    expect: [201],
  });
  const id = result.headers['x-subject-token'];
  if (result.outcome === 'served' && typeof id === 'string') {
    // A program other than Keystone may have answered.
    const parsed = answerSchema.safeParse(jsonIn(result.body));
    if (parsed.success) {
      const { project, catalog } = parsed.data.token;
      return { id, projectId: project.id, projectName: project.name, catalogue: catalog };
    }
  }
  throw noToken(login, result);
}

/** An answer with a status of the server's own trouble is no refusal of the login. */
function noToken(login: CloudLogin, { status, outcome, detail = '' }: HttpResult): RollgateError {
  const isRefused = outcome === 'unexpected-status' && status !== undefined && status >= 400;
  if (isRefused) {
    const message = `Keystone gave no token for a project: ${status} ${detail}`;
    const hint = 'Check user, password and project: `openstack token issue`.';
    return new RollgateError('cloud-refused', message, { kind: 'usage', hint });
  }
  if (status !== undefined && status < 400 && COMPLETE.includes(outcome)) {
    const message = `what answers at ${login.authUrl} is not Keystone: ${status} ${detail}`;
    const hint = 'auth_url is the address of Keystone, e.g. https://cloud.example:5000/v3.';
    return new RollgateError('cloud-refused', message, { kind: 'usage', hint });
  }
  const what = [status, outcome].filter((part) => part !== undefined).join(' ');
  return new RollgateError('cloud-unreachable', `${login.authUrl}: ${what}: ${detail}`, {
    hint: 'Is auth_url right, and can this machine reach it? For a certificate: cacert.',
  });
}

/** The outcomes of a request whose answer came to its end. */
const COMPLETE: readonly RequestOutcome[] = ['served', 'unexpected-status', 'wrong-body'];

/** Closes the client at the abort. @throws The signal's reason. */
async function untilAbort(
  client: HttpClient,
  signal: AbortSignal | undefined,
  spec: RequestSpec,
): Promise<HttpResult> {
  signal?.throwIfAborted();
  const stop = (): void => void client.close();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await client.send(spec);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** An address, split into the host that a client connects to and the path before the API's own. */
export interface Endpoint {
  readonly origin: string;
  readonly path: string;
}

/**
 * The address of a service in the catalogue, without the API's own path.
 *
 * @param apiPath The path of the API below an endpoint, e.g. `/v1/PROJECT`.
 * @throws RollgateError `no-endpoint` with the catalogue's endpoints.
 */
export function endpointOf(
  login: CloudLogin,
  { catalogue }: Pick<CloudToken, 'catalogue'>,
  { type, apiPath }: { readonly type: string; readonly apiPath: string },
): Endpoint {
  const all = catalogue.filter((service) => service.type === type).flatMap((one) => one.endpoints);
  const found = all.find(
    ({ interface: face, region, region_id }) =>
      face === login.interface &&
      (login.region === undefined || login.region === (region ?? region_id)),
  );
  const url = login.endpoint ?? found?.url;
  if (url === undefined) {
    const known = all.map(({ interface: face, region }) => `${face} in ${region ?? 'no region'}`);
    throw new RollgateError(
      'no-endpoint',
      `the catalogue of ${login.name} has no ${login.interface} endpoint of ${type}${login.region === undefined ? '' : ` in ${login.region}`}`,
      {
        kind: 'usage',
        hint:
          known.length === 0
            ? `It has: ${catalogue.map((service) => service.type).join(', ') || 'nothing'}.`
            : `It has: ${known.join('; ')}. Set OS_INTERFACE or OS_REGION_NAME.`,
      },
    );
  }
  const address = apiAddress(url, apiPath);
  if (address === undefined) {
    const shown = shortened(url);
    throw new RollgateError(
      'no-endpoint',
      `the address of ${type} is not an http(s) one: ${shown}`,
      {
        kind: 'usage',
        hint: `Set OS_${type.toUpperCase()}_ENDPOINT_OVERRIDE to its address.`,
      },
    );
  }
  return address;
}

/** An endpoint's address without the API's own path; `undefined` if it is not an address. */
export function apiAddress(url: string, apiPath: string): Endpoint | undefined {
  const address = URL.parse(url);
  if (address === null || !/^https?:$/.test(address.protocol)) return undefined;
  const path = address.pathname.replace(/\/+$/, '');
  const own = path.endsWith(apiPath) ? path.slice(0, -apiPath.length) : path.replace(/\/v1$/, '');
  return { origin: address.origin, path: own };
}
