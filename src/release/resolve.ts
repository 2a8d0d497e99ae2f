import { IMAGE_SERIES, UNKNOWN_VERSION, type ReleaseRef } from './release.ts';
import type { ReleaseSpec } from './spec.ts';

/** The part of the release catalogue that is needed here. */
export interface ReleaseVersions {
  /** @throws RollgateError for a series that is not in the catalogue. */
  release(series: string): {
    readonly version: string;
    /** The RPC versions that its engines use among themselves. */
    readonly workerRpc?: string;
    /** Python's version in its image. */
    readonly python?: string;
    /** Versions of Python packages in its image, by name. */
    readonly packages?: Readonly<Record<string, string>>;
  };
}

/** The existing releases and their versions. */
export interface ReleaseCatalogue extends ReleaseVersions {
  /** Oldest first. */
  readonly series: readonly string[];
  /** The SLURP releases that an upgrade skips. Default: not known. */
  slurpsBetween?(base: string, target: string): readonly string[];
}

/**
 * The release that a user named, with the facts that need no container engine.
 */
export function resolveRelease(
  spec: Extract<ReleaseSpec, { readonly kind: 'series' | 'image' }>,
  subject: string,
  catalogue: ReleaseVersions,
): ReleaseRef {
  switch (spec.kind) {
    case 'series': {
      const { series } = spec;
      const { version } = catalogue.release(series);
      return { series, version, image: `rollgate/${subject}:${series}` };
    }
    case 'image':
      return { series: IMAGE_SERIES, version: UNKNOWN_VERSION, image: spec.image };
  }
}
