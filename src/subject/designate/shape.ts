import type { SubjectShape } from '../../scenario/topology/topology.ts';
import { MDNS_PORT } from './service/config.ts';
import { LIFECYCLE_KINDS } from './workload/kinds.ts';

/**
 * Designate as a planner sees it. The port is Designate's default (designate/conf/api.py,
 * `api_base_uri`).
 */
export const designateShape: SubjectShape = {
  name: 'designate',
  title: 'Designate',
  noun: 'zone',
  baseVhost: 'designate',
  lockPath: '/var/lib/designate',
  services: [
    { name: 'designate-api', role: 'api', port: 9001 },
    // Every other service calls it. A call before it has its queue gets no answer, and takes 60 s.
    { name: 'designate-central', role: 'engine', first: true },
    { name: 'designate-worker', role: 'engine' },
    { name: 'designate-producer', role: 'engine' },
    // It takes DNS queries, and nothing from the broker; it calls central and workers through the
    // broker.
    { name: 'designate-mdns', role: 'engine', port: MDNS_PORT, balanced: 'tcp' },
  ],
  probes: [
    { name: 'version', rate: 1 },
    { name: 'list', rate: 1 },
    { name: 'show', rate: 1 },
    { name: 'recordsets', rate: 1 },
  ],
  ownFiles: ['/etc/designate/designate.conf'],
  lifecycles: LIFECYCLE_KINDS.map(({ name }) => name),
  // The producer retries the unfinished work of a stopped worker after half a minute.
  stuckAfterSeconds: 60,
};
