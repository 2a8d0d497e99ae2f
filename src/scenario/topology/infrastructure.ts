/** The services that the subject stands on, by the network alias under which they are found. */
export const INFRASTRUCTURE = ['mysql', 'rabbitmq', 'keystone', 'haproxy'] as const;
export type Infrastructure = (typeof INFRASTRUCTURE)[number];
