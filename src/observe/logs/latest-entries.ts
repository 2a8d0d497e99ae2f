interface Entry<Value> {
  readonly value: Value;
  /** The place of its key in the ring. */
  readonly place: number;
}

/** A map that forgets an entry when this many others were made after it. */
export class LatestEntries<Value> {
  readonly #entries = new Map<string, Entry<Value>>();
  readonly #most: number;
  /**
   * The keys in the order in which they were made, as a ring. A map by itself would find its first
   * key more and more slowly, because it walks over all the keys that were deleted before.
   */
  readonly #keys: string[] = [];
  #next = 0;

  constructor(most: number) {
    this.#most = most;
  }

  set(key: string, value: Value): void {
    const place = this.#entries.get(key)?.place ?? this.#take(key);
    this.#entries.set(key, { value, place });
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  get(key: string): Value | undefined {
    return this.#entries.get(key)?.value;
  }

  *values(): Iterable<Value> {
    for (const { value } of this.#entries.values()) yield value;
  }

  /** The next place of the ring; the entry that had it is forgotten. */
  #take(key: string): number {
    const place = this.#next;
    const oldest = this.#keys[place];
    // A key that was deleted and made again has another place.
    if (oldest !== undefined && this.#entries.get(oldest)?.place === place) {
      this.#entries.delete(oldest);
    }
    this.#keys[place] = key;
    this.#next = (place + 1) % this.#most;
    return place;
  }
}
