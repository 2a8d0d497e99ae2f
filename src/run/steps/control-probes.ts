import { CONTROL_PORT } from '../../infra/haproxy.ts';
import { slotsFor, startProbe, type Probe } from '../../load/probe.ts';
import type { RunLab } from '../lab.ts';
import type { ControlBasics } from './load-session.ts';

const CONTROL_RATE = 2;

/** A page that does not pass through the subject. */
export interface ControlPage {
  /** The probe's name. */
  readonly name: string;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** The expected statuses. */
  readonly expect: readonly number[];
}

/** Requests a page twice a second, over a new connection each time. */
export function startControl(
  { name, url, headers = {}, expect }: ControlPage,
  common: ControlBasics,
): Probe {
  return startProbe({
    ...common,
    name,
    connection: 'new',
    rate: CONTROL_RATE,
    control: true,
    origin: url.origin,
    request: () => ({
      operation: `GET ${url.pathname}`,
      method: 'GET',
      path: `${url.pathname}${url.search}`,
      headers,
      expect,
    }),
    maxInFlight: slotsFor(CONTROL_RATE, common.timeoutMs),
  });
}

/**
 * Probes that bypass the subject: the machine or the harness causes their losses and delays.
 * `balancer`: HAProxy's own answer. `keystone`: its version document, which Keystone serves without
 * its database (keystone/api/discovery.py). So a database that does not answer does not look like
 * noise.
 */
export function startControlProbes(lab: RunLab, common: ControlBasics): readonly Probe[] {
  const page = { headers: { accept: 'application/json' }, expect: [200] };
  const balancer = new URL(`http://127.0.0.1:${lab.balancerPort(CONTROL_PORT)}/`);
  const keystone = new URL('/v3', lab.keystone.origin);
  return [
    startControl({ ...page, name: 'balancer', url: balancer }, common),
    startControl({ ...page, name: 'keystone', url: keystone }, common),
  ];
}
