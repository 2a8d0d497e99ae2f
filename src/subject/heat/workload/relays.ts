import { readInstanceName } from '../../../scenario/topology/topology.ts';
import type { StackAction } from '../api/turns.ts';
import type { StackLifecycle } from './lifecycle/lifecycle.ts';

/** The maximum number of simultaneous relays that may still go from a swapped api to another. */
const WANTED = 2;
/** Stacks that give every engine some work. */
const FOR_ENGINES = 3;
/** The same, including those that another api made, which are only extra load. */
const MOST_UNDER_WAY = 6;
/** The maximum number for one swap. */
const AT_MOST = 32;
const PAUSE_MS = 600;

type Relay = Pick<StackLifecycle, 'maker' | 'takers'>;

interface BegunRelay {
  readonly lifecycle: Relay;
  readonly ended: Promise<void>;
}

interface Tracked {
  readonly lifecycle: Relay;
  ended: boolean;
}

/** The intended server of each action of a relay. */
export type RelayRoute = (action: StackAction) => string | undefined;

export interface RelaysOptions {
  /** The lab's apis by their server names, e.g. `node1/heat-api`. */
  readonly apis: readonly string[];
  /** How many engines the lab has. */
  readonly engines: number;
  /** Begins one, on this route if the load balancer supports it. */
  readonly begin: (number: string, route?: RelayRoute) => BegunRelay;
  /** Waits this long, or until no relay is wanted. */
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Aborted when no relay may begin. */
  readonly over: AbortSignal;
}

/**
 * Stacks that go from one api to another: made by a swapped api, changed and deleted by an api that
 * is not swapped yet. Their requests name these apis, but a load balancer may choose others. So
 * more are begun until one has crossed, or the maximum is reached. A few also begin when some
 * engines are swapped and others are not, so that both have work to share.
 */
export class Relays {
  readonly #options: RelaysOptions;
  readonly #swapped = new Set<string>();
  readonly #swappedEngines = new Set<string>();
  #series = 0;
  #crossed: Promise<unknown> = Promise.resolve();

  constructor(options: RelaysOptions) {
    this.#options = options;
  }

  /** Resolves once the relays of all swaps so far went from one api to another, or have ended. */
  get crossed(): Promise<unknown> {
    return this.#crossed;
  }

  /** @param api By its server name, e.g. `node1/heat-api`. */
  swapped(api: string): void {
    this.#swapped.add(api);
    if (this.#wanted()) this.#follow(this.#relay(api, this.#nextSeries(api)));
  }

  /**
   * It is not visible from outside which engine takes a piece of work: a few stacks give all of
   * them some.
   */
  engineSwapped(engine: string): void {
    const { engines, over } = this.#options;
    this.#swappedEngines.add(engine);
    const mixed = (): boolean => this.#swappedEngines.size < engines && !over.aborted;
    if (!mixed()) return;
    const series = this.#nextSeries(engine);
    this.#follow(
      this.#begin(
        (begun) => begun.length < FOR_ENGINES && mixed(),
        (index) => `${series}-${index}`,
      ),
    );
  }

  /** A service can be swapped again, after a rollback. */
  #nextSeries(service: string): string {
    this.#series += 1;
    return `${readInstanceName(service)?.node ?? service}-${this.#series}`;
  }

  #follow(relays: Promise<unknown>): void {
    this.#crossed = Promise.all([this.#crossed, relays]);
    this.#crossed.catch(() => undefined);
  }

  /**
   * Begins relays until an api that was not swapped has changed one, and deleted one, that the
   * swapped api made. It ends at that moment, not when the last relay has ended.
   */
  async #relay(swapped: string, series: string): Promise<void> {
    const relays: Tracked[] = [];
    const made = (): readonly Tracked[] =>
      relays.filter(({ lifecycle }) => lifecycle.maker === swapped);
    const isTaken = ({ lifecycle }: Tracked, action: 'update' | 'delete'): boolean => {
      const taker = lifecycle.takers.get(action);
      return taker !== undefined && !this.#swapped.has(taker);
    };
    const crossed = (): boolean =>
      made().some((relay) => isTaken(relay, 'update')) &&
      made().some((relay) => isTaken(relay, 'delete'));
    // A relay whose deletion was accepted can only end; a stack of another api is not a relay.
    const hopeful = (): readonly Tracked[] =>
      relays.filter(
        ({ lifecycle: { maker, takers }, ended }) =>
          !ended && !takers.has('delete') && (maker === undefined || maker === swapped),
      );
    const route: RelayRoute = (action) =>
      action === 'create' ? swapped : this.#options.apis.find((api) => !this.#swapped.has(api));
    while (this.#wanted() && !crossed()) {
      const underWay = relays.filter(({ ended }) => !ended).length;
      if (relays.length === AT_MOST) {
        if (underWay === 0) return;
      } else if (hopeful().length < WANTED && underWay < MOST_UNDER_WAY) {
        relays.push(this.#track(`${series}-${relays.length}`, route));
      }
      await this.#options.pause(PAUSE_MS);
    }
  }

  #track(number: string, route: RelayRoute): Tracked {
    const { lifecycle, ended } = this.#options.begin(number, route);
    const tracked: Tracked = { lifecycle, ended: false };
    const end = (): void => {
      tracked.ended = true;
    };
    ended.then(end, end);
    return tracked;
  }

  /**
   * Begins one after the other as long as more are needed.
   *
   * @returns All relays, once they have ended.
   */
  async #begin(
    more: (begun: readonly BegunRelay[]) => boolean,
    numbered: (index: number) => string,
  ): Promise<readonly BegunRelay[]> {
    const { begin, pause } = this.#options;
    const begun: BegunRelay[] = [];
    while (more(begun)) {
      begun.push(begin(numbered(begun.length)));
      await pause(PAUSE_MS);
    }
    await Promise.all(begun.map(({ ended }) => ended));
    return begun;
  }

  #wanted(): boolean {
    const { apis, over } = this.#options;
    return this.#swapped.size < apis.length && !over.aborted;
  }
}
