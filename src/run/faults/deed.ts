import type { EventOf } from '../../events/event.ts';

/** What a change of a network did, by the kernel's own counters. */
export type Effect = NonNullable<EventOf<'fault-ended'>['effect']>;

/** What a fault does, and how it is undone. */
export interface Deed {
  readonly make: () => Promise<void>;
  /** Reports its effect, if no other source shows it. */
  readonly undo: () => Promise<Effect | undefined>;
}
