import type { SUITES } from '../../release/suites.ts';

/** The services on which the subject depends, by their network alias. */
export const INFRASTRUCTURE = ['mysql', 'rabbitmq', 'keystone', 'haproxy'] as const;
export type Infrastructure = (typeof INFRASTRUCTURE)[number];

/** One of these services, and the suite of its new version. */
export interface InfrastructureUpgrade {
  readonly service: Infrastructure;
  readonly suite: (typeof SUITES)[number];
}
