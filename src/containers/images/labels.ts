import { z } from 'zod';
import type { ImageRecipe } from './recipe.ts';

/** An existing image, as its labels describe it. */
export interface BuiltImage {
  /** For people: `heat:2025.1`, `keystone`. */
  readonly name: string;
  readonly ref: string;
  readonly series?: string;
  readonly service: string;
  /** Upstream's version, as found in the image. */
  readonly version: string;
  /** The Debian package's full version. */
  readonly package: string;
  readonly suite: string;
  /** ISO 8601. */
  readonly built: string;
  /** Hash of its build's inputs. */
  readonly inputs: string;
  readonly id: string;
}

/**
 * Present on every finished image; its value is the image's name, since an image that is built from
 * it inherits its labels.
 */
export const IMAGE_LABEL = 'rollgate.image';
/** On containers that only inspect an image. Never on an image, because labs would inherit it. */
export const INSPECTION_LABEL = 'rollgate.inspection';

export function imageLabels(
  recipe: ImageRecipe,
  found: Pick<BuiltImage, 'version' | 'package' | 'inputs' | 'built'>,
): Record<string, string> {
  return {
    [IMAGE_LABEL]: recipe.name,
    // Overrides the label of its parent image.
    'rollgate.series': recipe.series ?? '',
    'rollgate.service': recipe.service,
    'rollgate.version': found.version,
    'rollgate.package': found.package,
    'rollgate.suite': recipe.suite,
    'rollgate.inputs': found.inputs,
    'rollgate.built': found.built,
  };
}

const labelsSchema = z.object({
  [IMAGE_LABEL]: z.string(),
  'rollgate.series': z.string(),
  'rollgate.service': z.string(),
  'rollgate.version': z.string(),
  'rollgate.package': z.string(),
  'rollgate.suite': z.string(),
  'rollgate.inputs': z.string(),
  'rollgate.built': z.iso.datetime(),
});

/** `heat:2025.1` for `rollgate/heat:2025.1`, `keystone` for `rollgate/keystone:latest`. */
export function imageName(ref: string): string {
  return ref.replace(/^rollgate\//, '').replace(/:latest$/, '');
}

/** Reads the labels of the image with a tag; `undefined` for one that rollgate did not build. */
export function parseLabels(
  labels: Readonly<Record<string, string>>,
  ref: string,
  id: string,
): BuiltImage | undefined {
  const { data } = labelsSchema.safeParse(labels);
  if (data === undefined || data[IMAGE_LABEL] !== imageName(ref)) return undefined;
  const series = data['rollgate.series'];
  return {
    name: imageName(ref),
    ref,
    ...(series === '' ? {} : { series }),
    service: data['rollgate.service'],
    version: data['rollgate.version'],
    package: data['rollgate.package'],
    suite: data['rollgate.suite'],
    built: data['rollgate.built'],
    inputs: data['rollgate.inputs'],
    id,
  };
}
