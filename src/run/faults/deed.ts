import type { EventOf } from '../../events/event.ts';

/** What a change of a network did, by the kernel's own counters. */
export type Effect = NonNullable<EventOf<'fault-ended'>['effect']>;

/** What a fault does, and how it is undone. */
export interface Deed {
  readonly make: () => Promise<void>;
  /** Says what it did, where nobody else can tell. */
  readonly undo: () => Promise<Effect | undefined>;
}
