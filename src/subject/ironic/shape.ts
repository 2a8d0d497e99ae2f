import type { SubjectShape } from '../../scenario/topology/topology.ts';
import { LIFECYCLE_KINDS } from './workload/kinds.ts';

/** Ironic as a planner sees it. The port is Ironic's default (ironic/conf/api.py, `port`). */
export const ironicShape: SubjectShape = {
  name: 'ironic',
  title: 'Ironic',
  noun: 'bare metal node',
  baseVhost: 'ironic',
  lockPath: '/var/lib/ironic',
  services: [
    // Its version document. With [healthcheck] enabled = true, 35 would answer every request with a
    // health report. The health check of oslo.middleware 8 no longer has its own path
    // (docs/measured/ironic.md).
    { name: 'ironic-api', role: 'api', port: 6385, checkPath: '/' },
    { name: 'ironic-conductor', role: 'engine' },
  ],
  probes: [
    { name: 'version', rate: 1 },
    { name: 'list', rate: 1 },
    { name: 'show', rate: 1 },
    { name: 'validate', rate: 0.5 },
    { name: 'ports', rate: 0.5 },
    { name: 'allocations', rate: 0.25 },
  ],
  ownSteps: ['migrate-data', 'pin', 'unpin'],
  transports: ['json-rpc'],
  ownFiles: ['/etc/ironic/ironic.conf'],
  lifecycles: LIFECYCLE_KINDS.map(({ name }) => name),
  // A conductor's silence is noticed after 20 s, and its unfinished work fails some seconds later.
  stuckAfterSeconds: 60,
};
