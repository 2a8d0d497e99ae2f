/** A step of an object's life. */
export interface ObjectTurn<Action extends string> {
  readonly action: Action;
  /** Only after every service was swapped. */
  readonly afterSwaps?: true;
}

/** The actions on an object, from its creation to its deletion. */
export interface LifecycleKind<Action extends string> {
  readonly name: string;
  readonly turns: readonly ObjectTurn<Action>[];
}
