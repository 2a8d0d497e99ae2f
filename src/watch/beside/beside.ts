import { isIP } from 'node:net';
import { RollgateError } from '../../errors.ts';
import type { Probe } from '../../load/probe.ts';
import type { ControlBasics } from '../../run/steps/load-session.ts';
import { shortened } from '../../text/shortened.ts';
import { webAddress } from '../web-address.ts';
import { startHttp } from './http.ts';
import { startPing } from './ping.ts';

/** An address beside the cloud's API that has to be reachable all the time. */
export type BesideAddress =
  /** `http-1`, … */
  | { readonly kind: 'http'; readonly name: string; readonly url: URL }
  /** `ping-1`, …: an address or a name that gets ICMP echo requests. */
  | { readonly kind: 'ping'; readonly name: string; readonly host: string };

export function besideOf(all: {
  readonly http: readonly URL[];
  readonly ping: readonly string[];
}): readonly BesideAddress[] {
  return [
    ...all.http.map((url, index) => ({ kind: 'http' as const, name: `http-${index + 1}`, url })),
    ...all.ping.map((host, index) => ({ kind: 'ping' as const, name: `ping-${index + 1}`, host })),
  ];
}

/** Its name in events and reports, without parts that may contain a secret. */
export function addressInWords(beside: BesideAddress): string {
  return beside.kind === 'http'
    ? `${beside.url.origin}${beside.url.pathname}`
    : `ping ${beside.host}`;
}

/** Sends a request to each twice a second. They are judged separately. */
export function startBeside(
  all: readonly BesideAddress[],
  common: ControlBasics,
): readonly Probe[] {
  return all.map((beside) => {
    const named = { name: beside.name, address: addressInWords(beside) };
    return beside.kind === 'http'
      ? startHttp({ ...named, url: beside.url }, common)
      : startPing({ ...named, host: beside.host }, common);
  });
}

/** @throws RollgateError `invalid-option`. */
export function besideUrl(text: string): URL {
  const hint = 'Name what has to be reached all the time, e.g. http://203.0.113.10/';
  return webAddress('--http', text, hint);
}

/** RFC 1123, section 2.1. */
const HOST_NAME = /^(?!-)[A-Za-z0-9-]{1,63}(?<!-)(?:\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*$/;

/** @throws RollgateError `invalid-option`. */
export function besideHost(text: string): string {
  if (isIP(text) !== 0 || (text.length <= 253 && HOST_NAME.test(text))) return text;
  throw new RollgateError(
    'invalid-option',
    `--ping: ${shortened(text)} is neither an address nor a host name`,
    {
      kind: 'usage',
      hint: 'Name a host without a port, e.g. 203.0.113.10 or server.example',
    },
  );
}
