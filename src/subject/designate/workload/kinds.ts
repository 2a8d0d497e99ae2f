import type { LifecycleKind } from '../../workload/kinds.ts';

/** What is done to a zone, as the ledger has it. */
export type ZoneAction = 'create' | 'add-records' | 'change-records' | 'update' | 'delete';

export type ZoneKind = LifecycleKind<ZoneAction>;

/** Lived from beginning to end without a wait. */
export const WHOLE_LIFE: ZoneKind = {
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
export const LIFECYCLE_KINDS: readonly ZoneKind[] = [
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
