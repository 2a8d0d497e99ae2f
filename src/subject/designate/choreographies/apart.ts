import type { ServiceInstance } from '../../../scenario/topology/topology.ts';

/** The centrals, and the engines that call them. */
export function apart(engines: readonly ServiceInstance[]): {
  readonly centrals: readonly ServiceInstance[];
  readonly others: readonly ServiceInstance[];
} {
  return {
    centrals: engines.filter(({ kind }) => kind === 'designate-central'),
    others: engines.filter(({ kind }) => kind !== 'designate-central'),
  };
}
