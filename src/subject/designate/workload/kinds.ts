/** What is done to a zone, as the ledger has it. */
export type ZoneAction = 'create' | 'add-records' | 'change-records' | 'update' | 'delete';

/** A step of a zone's life. */
export interface Turn {
  readonly action: ZoneAction;
  /** Not before every service was swapped. */
  readonly afterSwaps?: true;
}

export interface LifecycleKind {
  readonly name: string;
  readonly turns: readonly Turn[];
}

/** Lived from beginning to end without a wait. */
export const WHOLE_LIFE: LifecycleKind = {
  name: 'whole-life',
  turns: [
    { action: 'create' },
    { action: 'add-records' },
    { action: 'change-records' },
    { action: 'update' },
    { action: 'delete' },
  ],
};

/** Begun one after the other. */
export const LIFECYCLE_KINDS: readonly LifecycleKind[] = [
  WHOLE_LIFE,
  {
    name: 'records-before',
    turns: [
      { action: 'create' },
      { action: 'add-records' },
      { action: 'change-records', afterSwaps: true },
      { action: 'update' },
      { action: 'delete' },
    ],
  },
  {
    name: 'zone-before',
    turns: [
      { action: 'create' },
      { action: 'update', afterSwaps: true },
      { action: 'add-records' },
      { action: 'delete' },
    ],
  },
];

/** @param names Of these kinds only; all where it is absent. */
export function kindOf(index: number, names?: readonly string[]): LifecycleKind {
  const kinds = LIFECYCLE_KINDS.filter(({ name }) => names?.includes(name) ?? true);
  return kinds[index % kinds.length] ?? WHOLE_LIFE;
}
