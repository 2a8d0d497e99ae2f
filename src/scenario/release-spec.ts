import { z } from 'zod';

/** A release as a user names it. */
export type ReleaseSpec =
  /** A series of the catalogue. */
  | { readonly kind: 'series'; readonly series: string }
  /** A container image with the subject in it. */
  | { readonly kind: 'image'; readonly image: string }
  /** A directory with the subject's source. */
  | { readonly kind: 'dir'; readonly path: string };

/**
 * What of it can be carried out today, for help and messages. `dir:PATH` is read, so that it is
 * refused for what it is.
 */
export const RELEASE_FORMS = 'a series or image:REF';

/** Reads `2025.1`, `image:REF` or `dir:PATH`. Whether a series exists is not asked here. */
export function parseReleaseSpec(text: string): ReleaseSpec | undefined {
  const [, form, rest] = /^(image|dir):(.*)$/s.exec(text) ?? [];
  if (form === undefined || rest === undefined) {
    return text === '' ? undefined : { kind: 'series', series: text };
  }
  if (rest === '') return undefined;
  return form === 'image' ? { kind: 'image', image: rest } : { kind: 'dir', path: rest };
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
  }
}

/** Accepts the three forms; a series has to be one of `known`. */
export function releaseSpecSchema(known: readonly string[]) {
  return z.string().transform((text, context): ReleaseSpec => {
    const spec = parseReleaseSpec(text);
    if (spec !== undefined && (spec.kind !== 'series' || known.includes(spec.series))) return spec;
    context.addIssue({
      code: 'custom',
      message: `unknown release ${JSON.stringify(text)}; allowed: ${known.join(', ')}, image:REF`,
    });
    return z.NEVER;
  });
}
