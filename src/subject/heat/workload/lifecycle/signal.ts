import type { HttpClient } from '../../../../load/http/http-client.ts';
import type { HttpResult } from '../../../../load/http/request.ts';
import type { Transport } from '../../api/template.ts';

/** Acts as a guest: it signals to a wait condition that the guest is ready. */
export interface Signaller {
  /**
   * Sends one signal, to the handle that the stack's outputs describe.
   * @returns `undefined` as long as the outputs have no address.
   */
  send(
    transport: Exclude<Transport, 'hook'>,
    outputs: Readonly<Record<string, unknown>>,
  ): Promise<HttpResult | undefined>;
}

/** The resulting value of the wait condition's attribute `data`. */
export const SIGNAL_ID = 'rollgate';

/**
 * Signals through the load balancer: the handle's addresses have names of the lab's network, so
 * only their path is used.
 *
 * @param clients For heat-api, and for heat-api-cfn if the topology has it.
 */
export function createSignaller(clients: {
  readonly api: HttpClient;
  readonly cfn: HttpClient | undefined;
}): Signaller {
  return {
    async send(transport, outputs) {
      switch (transport) {
        case 'token':
          return overApi(clients.api, outputs['endpoint'], outputs['token']);
        case 'cfn':
          return clients.cfn === undefined ? undefined : overCfn(clients.cfn, outputs['signal']);
        default:
          return transport satisfies never;
      }
    },
  };
}

/** TOKEN_SIGNAL: the token belongs to the stack user, which Heat made for this alone. */
async function overApi(
  client: HttpClient,
  endpoint: unknown,
  token: unknown,
): Promise<HttpResult | undefined> {
  if (!isText(endpoint) || !isText(token)) return undefined;
  return client.send({
    operation: 'signal',
    method: 'POST',
    path: pathOf(endpoint),
    headers: { 'x-auth-token': token, 'content-type': 'application/json' },
    body: JSON.stringify({ status: 'SUCCESS', id: SIGNAL_ID, data: SIGNAL_ID }),
    expect: [200],
  });
}

/**
 * CFN_SIGNAL: the address is signed, including its host, for a PUT without a content type
 * (heat/engine/resources/signal_responder.py, `_get_ec2_signed_url`).
 */
async function overCfn(client: HttpClient, signal: unknown): Promise<HttpResult | undefined> {
  const address = isText(signal) ? addressIn(signal) : undefined;
  if (address === undefined) return undefined;
  return client.send({
    operation: 'signal-cfn',
    method: 'PUT',
    path: pathOf(address),
    headers: { host: new URL(address).host, 'content-type': '' },
    body: JSON.stringify({ status: 'SUCCESS', id: SIGNAL_ID, data: SIGNAL_ID }),
    expect: [200],
  });
}

/** The attribute `signal` is an object as JSON; its `alarm_url` is the address. */
function addressIn(signal: string): string | undefined {
  const found: unknown = JSON.parse(signal);
  const isObject = typeof found === 'object' && found !== null && 'alarm_url' in found;
  return isObject && isText(found.alarm_url) ? found.alarm_url : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function pathOf(address: string): string {
  const { pathname, search } = new URL(address);
  return pathname + search;
}
