import type { LifecycleKind } from '../../workload/kinds.ts';

/** The actions on a zone, as named in the ledger. */
export type ZoneAction = 'create' | 'add-records' | 'change-records' | 'update' | 'delete';

export type ZoneKind = LifecycleKind<ZoneAction>;

/** Lifecycles without a wait. */
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
