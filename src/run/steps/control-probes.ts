import { CONTROL_PORT } from '../../infra/haproxy.ts';
import type { Deployment } from '../../lab/deployment/deployment.ts';
import { slotsFor, startProbe, type Probe } from '../../load/probe.ts';
import type { ControlBasics } from './load-session.ts';

const CONTROL_RATE = 2;

/**
 * Probes that bypass the subject: the machine or the harness causes their losses and delays.
 * `balancer`: HAProxy's own answer. `keystone`: its version document, which Keystone serves without
 * its database (keystone/api/discovery.py). So a database that does not answer does not look like
 * noise.
 */
export function startControlProbes(lab: Deployment, common: ControlBasics): readonly Probe[] {
  const control = (name: string, origin: string, path: string, expect: number): Probe =>
    startProbe({
      ...common,
      name,
      connection: 'new',
      rate: CONTROL_RATE,
      control: true,
      origin,
      request: () => ({
        operation: `GET ${path}`,
        method: 'GET',
        path,
        headers: { accept: 'application/json' },
        expect: [expect],
      }),
      maxInFlight: slotsFor(CONTROL_RATE, common.timeoutMs),
    });
  return [
    control('balancer', `http://127.0.0.1:${lab.balancerPort(CONTROL_PORT)}`, '/', 200),
    control('keystone', lab.keystone.origin, '/v3', 200),
  ];
}
