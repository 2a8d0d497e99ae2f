import { existsSync } from 'node:fs';
import { z } from 'zod';
import { withNearest } from '../document/nearest.ts';
import { shortened } from '../text/shortened.ts';

/** The location of source code. */
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

/** A base that follows from the target: the release whose image is below the target's source. */
export const IMAGE_OF_TARGET = 'image-of-target';
export type BaseSpec = ReleaseSpec | { readonly kind: typeof IMAGE_OF_TARGET };

/** A target that is the base itself: only its configuration changes, or source is laid over it. */
export const SAME_AS_BASE = 'base';
export type TargetSpec = ReleaseSpec | { readonly kind: typeof SAME_AS_BASE };

/** For help and messages. */
export const RELEASE_FORMS = 'a series, image:REF, dir:PATH or git:PATH@REF';

/**
 * Reads `2025.1`, `image:REF`, `dir:PATH` or `git:PATH@REF`. It does not check whether the release
 * exists.
 */
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
export function formatReleaseSpec(spec: BaseSpec | TargetSpec): string {
  switch (spec.kind) {
    case IMAGE_OF_TARGET:
    case SAME_AS_BASE:
      return spec.kind;
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

/**
 * A reference of a container image: its registry and path, a tag, a digest (the grammar is
 * distribution's, reference/regexp.go).
 */
const IMAGE_REFERENCE =
  /^(?:[a-zA-Z0-9][a-zA-Z0-9.-]*(?::\d+)?\/)?[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*(?::\w[\w.-]{0,127})?(?:@[a-z0-9]+:[0-9a-f]{32,})?$/;
const IMAGE_REFERENCE_LENGTH = 500;

function isKnown(spec: ReleaseSpec, known: readonly string[]): boolean {
  switch (spec.kind) {
    case 'series':
      return known.includes(spec.series);
    case 'image':
      return spec.image.length <= IMAGE_REFERENCE_LENGTH && IMAGE_REFERENCE.test(spec.image);
    case 'dir':
    case 'git':
      return !/[\0\r\n]/.test(formatReleaseSpec(spec));
  }
}

function whatIsWrong(text: string, known: readonly string[]): string {
  const shown = shortened(JSON.stringify(text));
  if (text.startsWith('image:')) {
    return `${shown} is no reference of an image, such as image:REGISTRY/NAME:TAG`;
  }
  if (existsSync(text)) return `unknown release ${shown}; a source tree is written dir:${text}`;
  const found = withNearest(`unknown release ${shown}`, text, known, 1);
  return `${found}; allowed: ${known.join(', ')}, image:REF, dir:PATH, git:PATH@REF`;
}

/**
 * The allowed values of a scenario's base. The base may follow from the target; a series is one of
 * `known`.
 */
export function baseSpecSchema(known: readonly string[]) {
  return z
    .string()
    .transform((text, context): BaseSpec =>
      text === IMAGE_OF_TARGET
        ? { kind: IMAGE_OF_TARGET }
        : (knownSpec(text, known, context) ?? z.NEVER),
    );
}

/** The same for its target, which may be the base. */
export function targetSpecSchema(known: readonly string[]) {
  return z
    .string()
    .transform((text, context): TargetSpec =>
      text === SAME_AS_BASE ? { kind: SAME_AS_BASE } : (knownSpec(text, known, context) ?? z.NEVER),
    );
}

function knownSpec(
  text: string,
  known: readonly string[],
  context: z.RefinementCtx,
): ReleaseSpec | undefined {
  const spec = parseReleaseSpec(text);
  if (spec !== undefined && isKnown(spec, known)) return spec;
  context.addIssue({ code: 'custom', message: whatIsWrong(text, known) });
  return undefined;
}
