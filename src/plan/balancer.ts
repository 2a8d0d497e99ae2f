/**
 * What of a load balancer's configuration decides how users feel an upgrade. Whatever the profile,
 * HAProxy closes its connection to a server after each answer (`http-server-close`), as the lab's
 * uWSGI does: without it connections are lost that no upgrade touched.
 */
export interface BalancerSettings {
  /** The deployer that they are taken from. */
  readonly name: string;
  readonly balance: 'roundrobin' | 'leastconn';
  /** How a server is asked for its health: a request, or nothing but a connection. */
  readonly check: 'GET' | 'HEAD' | 'connect';
  readonly interSeconds: number;
  /** Good checks in a row that a server which was down needs. */
  readonly rise: number;
  /** Bad checks in a row after which it is taken out. */
  readonly fall: number;
  readonly checkTimeoutSeconds: number | undefined;
  readonly connectSeconds: number;
  /** How long a client, and how long a server, may be silent. */
  readonly clientSeconds: number;
  readonly serverSeconds: number;
}

/**
 * The lab's own: quick to see a server go, and checks that a busy machine does not fail. Also for
 * what is taken from devstack and grenade, which have no load balancer, and from Heat's guide,
 * which does not say how one is set.
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

/**
 * Kolla-Ansible's: `check inter 2000 rise 2 fall 5` (ansible/group_vars/all.yml,
 * `haproxy_health_check`), of a connection alone, since Heat's services set no `option httpchk`
 * (ansible/roles/heat/defaults/main.yml); time-outs and balancing as in
 * ansible/roles/loadbalancer/defaults/main.yml.
 */
export const KOLLA_BALANCER: BalancerSettings = {
  name: 'kolla-ansible',
  balance: 'roundrobin',
  check: 'connect',
  interSeconds: 2,
  rise: 2,
  fall: 5,
  checkTimeoutSeconds: 10,
  connectSeconds: 10,
  clientSeconds: 60,
  serverSeconds: 60,
};

/**
 * openstack-ansible's: `haproxy_interval`, `haproxy_rise`, `haproxy_fall`
 * (openstack-ansible-haproxy_server, defaults/main.yml), time-outs (templates/haproxy.cfg.j2),
 * `leastconn` (templates/service.j2), `httpchk HEAD /healthcheck` (openstack-ansible,
 * inventory/group_vars/heat_all/haproxy_service.yml).
 */
export const OSA_BALANCER: BalancerSettings = {
  name: 'openstack-ansible',
  balance: 'leastconn',
  check: 'HEAD',
  interSeconds: 12,
  rise: 3,
  fall: 3,
  checkTimeoutSeconds: undefined,
  connectSeconds: 10,
  clientSeconds: 50,
  serverSeconds: 50,
};

export const BALANCERS: readonly BalancerSettings[] = [LAB_BALANCER, KOLLA_BALANCER, OSA_BALANCER];

/** As one line for a person. */
export function describeBalancer(settings: BalancerSettings): string {
  const { name, balance, check, interSeconds, rise, fall, serverSeconds } = settings;
  return `${name}: ${balance}, check by ${check} every ${interSeconds} s, rise ${rise}, fall ${fall}; a server may be silent for ${serverSeconds} s`;
}
