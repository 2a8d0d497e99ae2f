import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { ExecutionContext } from 'ava';
import { encodeEvent } from '../../src/events/codec.ts';
import type { RunEvent } from '../../src/events/event.ts';
import { serveRuns, type RunServer } from '../../src/serve/server.ts';

/** Writes a run's folder with its events and one line of a log. */
export function writeRun(folder: string, name: string, events: readonly RunEvent[]): string {
  const directory = join(folder, name);
  mkdirSync(join(directory, 'logs'), { recursive: true });
  writeFileSync(join(directory, 'events.ndjson'), events.map(encodeEvent).join(''));
  writeFileSync(join(directory, 'plan.txt'), `the plan of ${name}\n`);
  return directory;
}

/**
 * Serves a folder for as long as a test runs.
 *
 * @param patienceMs Default: the list waits until every run is read.
 */
export async function served(
  t: ExecutionContext,
  folder: string,
  patienceMs = 600_000,
): Promise<RunServer> {
  const onFailure = (error: unknown): void => t.fail(String(error));
  const server = await serveRuns({ folder, port: 0, patienceMs, onFailure });
  t.teardown(() => server[Symbol.asyncDispose]());
  return server;
}

export interface Got {
  readonly status: number | undefined;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** Asks for a target exactly as it is written: `fetch` would take `..` out of it. */
export function get(
  { url }: RunServer,
  target: string,
  options: { readonly method?: string; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Got> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path: target, ...options }, (response) => {
      const { statusCode: status, headers } = response;
      text(response).then((body) => resolve({ status, headers, body }), reject);
    })
      .once('error', reject)
      .end();
  });
}
