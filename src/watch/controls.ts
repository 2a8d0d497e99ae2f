import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Probe } from '../load/probe.ts';
import { startControl } from '../run/steps/control-probes.ts';
import type { ControlBasics } from '../run/steps/load-session.ts';
import { webAddress } from './web-address.ts';

/** Any answer shows that the path to it works. */
const ANY_ANSWER = Array.from({ length: 400 }, (_, index) => 100 + index);

export interface Controls {
  readonly start: (common: ControlBasics) => readonly Probe[];
  close(): Promise<void>;
}

/**
 * Requests that bypass the cloud, so that trouble of the observer does not look like the cloud's.
 * `observer`: an answer of this process itself, over the loopback. Each address that the user
 * names: `control-1`, `control-2`, …, which also shows the observer's network.
 */
export async function openControls(urls: readonly URL[]): Promise<Controls> {
  const server = createServer((_, response) => {
    response.end('rollgate\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const places = [
    { name: 'observer', url: new URL(`http://127.0.0.1:${port}/`) },
    ...urls.map((url, index) => ({ name: `control-${index + 1}`, url })),
  ];
  return {
    start: (common) =>
      places.map((place) => startControl({ ...place, expect: ANY_ANSWER }, common)),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** @throws RollgateError `invalid-option`. */
export function controlUrl(text: string): URL {
  const hint = 'Name a page that does not depend on the cloud, e.g. http://router.example/';
  return webAddress('--control', text, hint);
}
