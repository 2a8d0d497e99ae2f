import type { z } from 'zod';
import type { balancerSchema } from '../scenario/deployer/profile.ts';

/**
 * The part of a load balancer's configuration that determines how users experience an upgrade. With
 * every profile HAProxy closes its connection to a server after each answer (`http-server-close`),
 * as the lab's uWSGI does. Otherwise connections would be lost without any upgrade.
 */
export type BalancerSettings = Readonly<z.output<typeof balancerSchema>> & {
  /** The deployer that the settings come from. */
  readonly name: string;
};

/**
 * The lab's own settings: they notice a stopped server quickly, and a busy machine does not fail
 * their checks. Also for devstack and grenade, which have no load balancer, and for Heat's guide,
 * which does not say how to configure one.
 */
export const LAB_BALANCER: BalancerSettings = {
  name: 'rollgate',
  balance: 'roundrobin',
  check: 'GET',
  interSeconds: 1,
  rise: 1,
  fall: 3,
  checkTimeoutSeconds: 10,
  connectSeconds: 5,
  clientSeconds: 120,
  serverSeconds: 120,
};

/** As one line for a person. */
export function describeBalancer(settings: BalancerSettings): string {
  const { name, balance, check, expectStatus, interSeconds, rise, fall, serverSeconds } = settings;
  const healthy = expectStatus === undefined ? '' : ` (${expectStatus} expected)`;
  return `${name}: ${balance}, check by ${check}${healthy} every ${interSeconds} s, rise ${rise}, fall ${fall}; a server may be silent for ${serverSeconds} s`;
}
