import type { Plan } from '../../src/plan/plan.ts';
import { preparePlan } from '../../src/runs/prepare.ts';
import type { ScenarioInput } from '../../src/scenario/schema.ts';
import { heatShape } from '../../src/subject/heat/shape.ts';

const releases: ReadonlyMap<string, { readonly version: string; readonly workerRpc: string }> =
  new Map([
    ['2025.1', { version: '24.0.0', workerRpc: '1.4' }],
    ['2026.1', { version: '26.0.1', workerRpc: '1.9' }],
    ['2026.2', { version: '27.0.0', workerRpc: '1.9' }],
  ]);

/** A release catalogue that no real release can break. */
export const catalogue = {
  series: [...releases.keys()],
  release: (series: string) => releases.get(series) ?? { version: 'not in the catalogue' },
};

/** The lab's own settings, and the profiles of lab/deployers. */
export const DEPLOYERS = [
  'rollgate',
  'debian',
  'devstack',
  'heat-operator',
  'kolla-ansible',
  'openstack-ansible',
  'openstack-helm',
] as const;

/** The plan of an upgrade from 2025.1 to 2026.1 by the guide on 2x2, with the given changes. */
export async function planned(input: Partial<ScenarioInput> = {}): Promise<Plan> {
  const scenario = { name: 'test', base: '2025.1', target: '2026.1', seed: 1, ...input };
  const { plan } = await preparePlan({ scenario, shape: heatShape, catalogue });
  return plan;
}
