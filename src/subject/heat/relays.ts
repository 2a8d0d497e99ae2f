import type { StackLifecycle } from './lifecycle.ts';

/** Relays that a swapped api shall have made in a round, and how many are begun for that at most. */
const WANTED = 3;
const AT_MOST = 8;
const ROUNDS = 4;
const PAUSE_MS = 600;

type Relay = Pick<StackLifecycle, 'maker' | 'takers'>;

interface Begun {
  readonly lifecycle: Relay;
  readonly ended: Promise<void>;
}

export interface RelaysOptions {
  /** How many apis the lab has. */
  readonly apis: number;
  /** Begins one. */
  readonly begin: (number: string) => Begun;
  /** Waits so long, or until no more are wanted. */
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Nothing new is to be begun any more. */
  readonly over: AbortSignal;
}

/**
 * Stacks that go from one api to another: made by one that was swapped, changed and deleted by one
 * that was not yet. Which api takes a request is the load balancer's choice, so they are begun
 * until that came about, or too many were.
 */
export class Relays {
  readonly #options: RelaysOptions;
  readonly #swapped = new Set<string>();
  #series = 0;
  #crossed: Promise<unknown> = Promise.resolve();

  constructor(options: RelaysOptions) {
    this.#options = options;
  }

  /** Resolves once the relays of all swaps so far have ended. */
  get crossed(): Promise<unknown> {
    return this.#crossed;
  }

  /** @param api By its name as a server, as in `node1/heat-api`. */
  swapped(api: string): void {
    this.#swapped.add(api);
    if (!this.#wanted()) return;
    // An api can be swapped again, after a rollback.
    this.#series += 1;
    const own = this.#relay(api, `${api.split('/')[0]}-${this.#series}`);
    this.#crossed = Promise.all([this.#crossed, own]);
    this.#crossed.catch(() => undefined);
  }

  async #relay(swapped: string, series: string): Promise<void> {
    const made: Relay[] = [];
    const taken = (action: 'update' | 'delete'): boolean =>
      made.some(({ takers }) => {
        const taker = takers.get(action);
        return taker !== undefined && !this.#swapped.has(taker);
      });
    const crossed = (): boolean => taken('update') && taken('delete');
    for (let round = 0; round < ROUNDS && this.#wanted() && !crossed(); round += 1) {
      made.push(...(await this.#round(swapped, (index) => `${series}-${round * AT_MOST + index}`)));
    }
  }

  /** @returns Those that the swapped api made, once all have ended. */
  async #round(swapped: string, numbered: (index: number) => string): Promise<readonly Relay[]> {
    const { begin, pause } = this.#options;
    const begun: Begun[] = [];
    const made = (): readonly Relay[] =>
      begun.map(({ lifecycle }) => lifecycle).filter(({ maker }) => maker === swapped);
    while (begun.length < AT_MOST && made().length < WANTED && this.#wanted()) {
      begun.push(begin(numbered(begun.length)));
      await pause(PAUSE_MS);
    }
    await Promise.all(begun.map(({ ended }) => ended));
    return made();
  }

  #wanted(): boolean {
    const { apis, over } = this.#options;
    return this.#swapped.size < apis && !over.aborted;
  }
}
