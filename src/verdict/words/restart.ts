import type { EventOf } from '../../events/event.ts';

/** Said wherever a run with nothing to upgrade is spoken of. */
export function restartInWords({ base, target }: EventOf<'run-started'>): string {
  const images = base.image === target.image ? base.image : `${base.image}, ${target.image}`;
  return `A restart, not an upgrade: base and target are the same image (${images}).`;
}
