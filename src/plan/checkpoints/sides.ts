import {
  instanceName,
  type InstanceName,
  type Topology,
} from '../../scenario/topology/topology.ts';
import type { Draft } from '../draft.ts';
import {
  apply,
  inPlaceOf,
  isMixed,
  labAtBase,
  leavesOf,
  type LabState,
} from '../paper/lab-state.ts';

/** Which release serves in place of each service, during the simulation of drafts. */
export class SidesOnPaper {
  #state: LabState;
  readonly #wereTarget = new Set<InstanceName>();

  constructor(topology: Topology) {
    // Where the services are does not matter here.
    this.#state = labAtBase(topology, '');
  }

  /** Services of both releases run. */
  get mixed(): boolean {
    return isMixed(this.#state);
  }

  /** Whether all of these are at the target and none is missing. */
  done(services: readonly InstanceName[]): boolean {
    return services.every(
      (name) => inPlaceOf(this.#state, name)?.side === 'target' && !this.#state.drained.has(name),
    );
  }

  /** @returns Whether it brought a service from the target back to the base. */
  take(draft: Draft): { readonly broughtBack: boolean } {
    let broughtBack = false;
    for (const leaf of leavesOf([draft])) {
      this.#state = apply(this.#state, leaf);
      if (leaf.kind !== 'start' && leaf.kind !== 'swap') continue;
      const name = instanceName(leaf.target);
      if (leaf.side === 'target') this.#wereTarget.add(name);
      else broughtBack ||= this.#wereTarget.has(name);
    }
    return { broughtBack };
  }
}
