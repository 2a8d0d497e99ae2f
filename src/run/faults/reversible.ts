import type { EventOf } from '../../events/event.ts';

/** The effect of a network change, by the kernel's own counters. */
export type FaultEffect = NonNullable<EventOf<'fault-ended'>['effect']>;

/** A fault as two actions: make it, and undo it. */
export interface Reversible {
  readonly make: () => Promise<void>;
  /** Reports its effect, if no other source shows it. */
  readonly undo: () => Promise<FaultEffect | undefined>;
}
