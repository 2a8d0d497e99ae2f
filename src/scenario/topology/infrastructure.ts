/** The services that the subject stands on, by the network alias under which they are found. */
export const INFRASTRUCTURE = ['mysql', 'rabbitmq', 'keystone', 'haproxy'] as const;
export type Infrastructure = (typeof INFRASTRUCTURE)[number];

/** The Debian suites that infrastructure can be swapped to. */
export const SUITES = ['trixie', 'forky', 'sid'] as const;

/** One of these services, and the suite whose version takes its place. */
export interface InfrastructureUpgrade {
  readonly service: Infrastructure;
  readonly suite: (typeof SUITES)[number];
}
