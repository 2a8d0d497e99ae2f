/** The source tree of a Python package, which replaces the one of an image. */
export interface SourceTree {
  /** Its import name, e.g. `heat`. */
  readonly package: string;
  readonly from:
    /** The image's own, as it was installed. */
    | { readonly kind: 'installed' }
    | { readonly kind: 'dir'; readonly path: string }
    | { readonly kind: 'git'; readonly repository: string; readonly commit: string };
  /** Patches on top of it, in order. Absolute paths. */
  readonly patches: readonly string[];
  /** The version that it reports. Default: an installed package's own. */
  readonly version?: string;
}

/** A release's image with source trees over it, as a separate image. */
export interface Overlay {
  /** `rollgate/heat-source:HASH`; the hash changes if and only if the content does. */
  readonly image: string;
  /** The release whose image is below the source. */
  readonly series: string;
  /** The reason for this release, if the tree chose it and the user named none. */
  readonly why?: string;
  /** The subject's version according to its own source. */
  readonly version: string;
  /** The subject's own comes first. */
  readonly trees: readonly SourceTree[];
  /** Hash of everything that the trees are made from. */
  readonly content: string;
}

/** One line for a person: `/src/heat with fix.patch, oslo_messaging /src/oslo.messaging`. */
export function describeTrees(trees: readonly SourceTree[]): string {
  return trees
    .map(({ package: name, from, patches }) =>
      [
        name,
        from.kind === 'installed' ? 'as installed' : '',
        from.kind === 'dir' ? from.path : '',
        from.kind === 'git' ? `${from.repository} at ${from.commit.slice(0, 10)}` : '',
        ...patches.map((patch, index) => `${index === 0 ? 'with' : 'and'} ${patch}`),
      ]
        .filter(Boolean)
        .join(' '),
    )
    .join(', ');
}
