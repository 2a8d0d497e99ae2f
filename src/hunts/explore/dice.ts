import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Random choices that are the same on every machine for the same seed. */
export class Dice {
  readonly #random: ReturnType<typeof xoroshiro128plus>;

  /** @param seed A 32-bit number. */
  constructor(seed: number) {
    this.#random = xoroshiro128plus(seed);
  }

  /** From `from` to `to`, both included. */
  int(from: number, to: number): number {
    return uniformInt(this.#random, from, to);
  }

  /** Whether something with this probability happens, to a thousandth. */
  chance(probability: number): boolean {
    return this.int(1, 1000) <= probability * 1000;
  }

  pick<Item>(items: readonly [Item, ...Item[]]): Item {
    return items[this.int(0, items.length - 1)] ?? items[0];
  }

  /** Fisher and Yates. */
  shuffled<Item>(items: readonly Item[]): readonly Item[] {
    const left = [...items];
    return items.flatMap(() => left.splice(this.int(0, left.length - 1), 1));
  }
}
