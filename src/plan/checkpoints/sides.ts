import type { Side } from '../../release/release.ts';
import { instanceName } from '../../scenario/topology/topology.ts';
import type { Draft } from '../draft.ts';

/** Which release serves in the place of each service, while drafts are gone through on paper. */
export class SidesOnPaper {
  readonly #sides: Map<string, Side | undefined>;
  /** Started beside a service that still runs. */
  readonly #beside = new Map<string, Side>();
  readonly #drained = new Set<string>();
  readonly #wereTarget = new Set<string>();

  constructor(services: readonly string[]) {
    this.#sides = new Map(services.map((name) => [name, 'base']));
  }

  /** Services of both releases run. */
  get mixed(): boolean {
    const sides = new Set([...this.#sides.values(), ...this.#beside.values()]);
    return sides.has('base') && sides.has('target');
  }

  /** Whether all of these are at the target and nothing is missing of them. */
  done(services: readonly string[]): boolean {
    return services.every((name) => this.#sides.get(name) === 'target' && !this.#drained.has(name));
  }

  /** @returns Whether it brought a service from the target back to the base. */
  take(draft: Draft): { readonly broughtBack: boolean } {
    if (draft.kind === 'together') {
      return { broughtBack: draft.steps.map((one) => this.take(one).broughtBack).includes(true) };
    }
    if (!('target' in draft)) return { broughtBack: false };
    const name = instanceName(draft.target);
    switch (draft.kind) {
      case 'stop':
        this.#sides.set(name, this.#beside.get(name));
        this.#beside.delete(name);
        break;
      case 'surge':
        this.#beside.set(name, draft.side);
        break;
      case 'drain':
        this.#drained.add(name);
        break;
      case 'undrain':
        this.#drained.delete(name);
        break;
      case 'start':
      case 'swap':
        this.#sides.set(name, draft.side);
        if (draft.side === 'base') return { broughtBack: this.#wereTarget.has(name) };
        this.#wereTarget.add(name);
        break;
      case 'move-api':
      case 'fault':
        break;
    }
    return { broughtBack: false };
  }
}
