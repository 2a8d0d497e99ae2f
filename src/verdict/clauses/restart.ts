import type { EventOf } from '../../events/event.ts';

/** The sentence about a run with nothing to upgrade. */
export function restartInWords({ base, target }: EventOf<'run-started'>): string {
  const images = base.image === target.image ? base.image : `${base.image}, ${target.image}`;
  return `A restart, not an upgrade: base and target are the same image (${images}).`;
}
