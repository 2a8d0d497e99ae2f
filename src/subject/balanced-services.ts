import type { BalancedService } from '../infra/haproxy.ts';
import type { ServiceInstance, SubjectShape } from '../scenario/topology/topology.ts';

/** The api services of a topology, as the load balancer needs them. */
export function balancedServices(
  shape: SubjectShape,
  instances: readonly ServiceInstance[],
  host: (instance: ServiceInstance) => string,
): readonly BalancedService[] {
  return shape.services.flatMap((service) => {
    const servers = instances.filter(({ kind }) => kind === service.name);
    if (service.role !== 'api' || service.port === undefined || servers.length === 0) return [];
    return [
      {
        name: service.name,
        port: service.port,
        ...(service.checkPath === undefined ? {} : { checkPath: service.checkPath }),
        servers: servers.map((instance) => ({
          node: instance.node,
          service: instance.service,
          host: host(instance),
        })),
      },
    ];
  });
}
