import { given } from '../given.ts';
import type { BalancedService } from '../infra/haproxy.ts';
import type { ServiceInstance, SubjectShape } from '../scenario/topology/topology.ts';

/**
 * The services of a topology behind the load balancer, in the form that it needs.
 *
 * @param tls Whether users reach the APIs over TLS.
 */
export function balancedServices(
  shape: SubjectShape,
  instances: readonly ServiceInstance[],
  host: (instance: ServiceInstance) => string,
  tls = false,
): readonly BalancedService[] {
  return shape.services.flatMap((service) => {
    const servers = instances.filter(({ kind }) => kind === service.name);
    if (service.role !== 'api' && service.balanced === undefined) return [];
    if (service.port === undefined || servers.length === 0) return [];
    return [
      {
        name: service.name,
        port: service.port,
        ...given({ mode: service.balanced, checkPath: service.checkPath }),
        ...(tls && service.role === 'api' ? { tls } : {}),
        servers: servers.map((instance) => ({
          node: instance.node,
          service: instance.service,
          host: host(instance),
        })),
      },
    ];
  });
}
