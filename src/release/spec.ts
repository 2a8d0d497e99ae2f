import { z } from 'zod';

/** Where source code is. */
export type SourceSpec =
  /** A directory, as it is now. */
  | { readonly kind: 'dir'; readonly path: string }
  /** A commit of a git repository. */
  | { readonly kind: 'git'; readonly repository: string; readonly ref: string };

/** A release as a user names it. */
export type ReleaseSpec =
  /** A series of the catalogue. */
  | { readonly kind: 'series'; readonly series: string }
  /** A container image with the subject in it. */
  | { readonly kind: 'image'; readonly image: string }
  /** The subject's source, laid over a release's image. */
  | SourceSpec;

/** For help and messages. */
export const RELEASE_FORMS = 'a series, image:REF, dir:PATH or git:PATH@REF';

/** Reads `2025.1`, `image:REF`, `dir:PATH` or `git:PATH@REF`. Whether it exists is not asked here. */
export function parseReleaseSpec(text: string): ReleaseSpec | undefined {
  const [, image] = /^image:(.*)$/s.exec(text) ?? [];
  if (image !== undefined) return image === '' ? undefined : { kind: 'image', image };
  if (/^(dir|git):/.test(text)) return parseSourceSpec(text);
  return text === '' ? undefined : { kind: 'series', series: text };
}

/** Reads `dir:PATH` or `git:PATH@REF`. */
export function parseSourceSpec(text: string): SourceSpec | undefined {
  const [, path] = /^dir:(.+)$/s.exec(text) ?? [];
  if (path !== undefined) return { kind: 'dir', path };
  // The last @ counts: a path may have one.
  const [, repository, ref] = /^git:(.+)@([^@]+)$/s.exec(text) ?? [];
  return repository === undefined || ref === undefined
    ? undefined
    : { kind: 'git', repository, ref };
}

/** The text that `parseReleaseSpec` reads. */
export function formatReleaseSpec(spec: ReleaseSpec): string {
  switch (spec.kind) {
    case 'series':
      return spec.series;
    case 'image':
      return `image:${spec.image}`;
    case 'dir':
      return `dir:${spec.path}`;
    case 'git':
      return `git:${spec.repository}@${spec.ref}`;
  }
}

/** Accepts all forms; a series has to be one of `known`. */
export function releaseSpecSchema(known: readonly string[]) {
  return z.string().transform((text, context): ReleaseSpec => {
    const spec = parseReleaseSpec(text);
    if (spec !== undefined && (spec.kind !== 'series' || known.includes(spec.series))) return spec;
    context.addIssue({
      code: 'custom',
      message: `unknown release ${JSON.stringify(text)}; allowed: ${known.join(', ')}, image:REF, dir:PATH, git:PATH@REF`,
    });
    return z.NEVER;
  });
}
