/** A step of an object's life. */
export interface Turn<Action extends string> {
  readonly action: Action;
  /** Not before every service was swapped. */
  readonly afterSwaps?: true;
}

/** What is done to an object, from its creation to its deletion. */
export interface LifecycleKind<Action extends string> {
  readonly name: string;
  readonly turns: readonly Turn<Action>[];
}
