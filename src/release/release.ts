import { SIDES, type Side } from '../words.ts';

/** A release in a plan and a verdict. */
export interface ReleaseRef {
  /** As `2025.1`; `image` or `source` for a user's own. */
  readonly series: string;
  /** The version that the catalogue or the image says. */
  readonly version: string;
  /** The container image. */
  readonly image: string;
}

export { SIDES, type Side };

/** The series of a release that was given as an image: only inspecting it shows more. */
export const IMAGE_SERIES = 'image';

/** The series of a release that is a user's source code. */
export const SOURCE_SERIES = 'source';

/** Suffix of a series' name when source is laid over it. */
export const PATCHED = '-patched';

/** The version of a release that has not been inspected yet. */
export const UNKNOWN_VERSION = 'unknown';

/**
 * Whether base and target are the same image. Such a run is no upgrade: it is the control, or a
 * change of configuration.
 */
export function sameRelease(one: ReleaseRef, other: ReleaseRef): boolean {
  return one.image === other.image;
}

/** `2026.1`, or for a release without a series its version or its image. */
export function releaseLabel({ series, version, image }: ReleaseRef): string {
  if (series === SOURCE_SERIES) return version;
  return series === IMAGE_SERIES ? image : series;
}

/** Names of the configurations before and after a change of configuration. */
export const CONFIGURATIONS: Readonly<Record<Side, string>> = { base: 'A', target: 'B' };

/**
 * `24.0.0` and `26.0.1`; if the versions are equal `26.0.1 (base)` and `26.0.1 (target)`, and in a
 * change of configuration `26.0.1 (A)` and `26.0.1 (B)`.
 *
 * @param upgrade Includes the names of the differing options, if only the configuration changes.
 */
export function sideLabels({
  base,
  target,
  configurationChanges,
}: Readonly<Record<Side, Pick<ReleaseRef, 'version'>>> & {
  readonly configurationChanges?: readonly string[] | null | undefined;
}): Readonly<Record<Side, string>> {
  if (base.version !== target.version) return { base: base.version, target: target.version };
  const names = configurationChanges ? CONFIGURATIONS : { base: 'base', target: 'target' };
  return {
    base: `${base.version} (${names.base})`,
    target: `${target.version} (${names.target})`,
  };
}
