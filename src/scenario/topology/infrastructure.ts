import type { SUITES } from '../../release/suites.ts';

/** The services that the subject stands on, by the network alias under which they are found. */
export const INFRASTRUCTURE = ['mysql', 'rabbitmq', 'keystone', 'haproxy'] as const;
export type Infrastructure = (typeof INFRASTRUCTURE)[number];

/** One of these services, and the suite whose version replaces it. */
export interface InfrastructureUpgrade {
  readonly service: Infrastructure;
  readonly suite: (typeof SUITES)[number];
}
