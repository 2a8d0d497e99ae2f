import type { SubjectShape } from '../../scenario/topology/topology.ts';
import { LIFECYCLE_KINDS, KINDS_BY_NAME } from './api/kinds.ts';

/**
 * Heat as a planner sees it. Ports are Heat's defaults (heat/common/config.py: `bind_port` of
 * `[heat_api]` and `[heat_api_cfn]`).
 */
export const heatShape: SubjectShape = {
  name: 'heat',
  title: 'Heat',
  noun: 'stack',
  chains: true,
  baseVhost: 'heat',
  lockPath: '/var/lib/heat',
  services: [
    { name: 'heat-api', role: 'api', port: 8004 },
    { name: 'heat-api-cfn', role: 'api', port: 8000 },
    { name: 'heat-engine', role: 'engine' },
  ],
  // The list has the highest rate, because every dashboard requests it all the time. Each rate
  // counts twice, over new connections and over kept ones. With twice these rates, two cores were
  // so busy during a swap that the run measured the machine and not the roll.
  probes: [
    { name: 'version', rate: 1 },
    { name: 'list', rate: 1 },
    { name: 'show', rate: 0.5 },
    { name: 'preview', rate: 0.25 },
    { name: 'other-project', rate: 0.25 },
  ],
  agentProbes: ['agent', 'agent-signal', 'agent-cfn', 'agent-cfn-signal'],
  ownFiles: ['/etc/heat/heat.conf'],
  lifecycles: [...LIFECYCLE_KINDS, ...KINDS_BY_NAME].map(({ name }) => name),
  overTls: true,
  stuckAfterSeconds: 20,
};
