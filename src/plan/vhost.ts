import { sameRelease, type ReleaseRef } from '../release/release.ts';

/** The broker vhost that a lab starts on. */
export const BASE_VHOST = 'heat';

/** The vhost for the services of the target, as upstream's upgrades guide asks for. */
export function nextVhost(base: ReleaseRef, target: ReleaseRef): string {
  if (sameRelease(base, target)) return `${BASE_VHOST}-next`;
  return `${BASE_VHOST}-${target.series.replaceAll(/[^A-Za-z0-9.-]/g, '-')}`;
}
