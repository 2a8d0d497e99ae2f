import { sameRelease, type ReleaseRef } from '../release/release.ts';

/**
 * The vhost for the services of the target, which upstream's upgrades guide requires.
 *
 * @param first The vhost that the lab started on.
 */
export function nextVhost(first: string, base: ReleaseRef, target: ReleaseRef): string {
  if (sameRelease(base, target)) return `${first}-next`;
  return `${first}-${target.series.replaceAll(/[^A-Za-z0-9.-]/g, '-')}`;
}
