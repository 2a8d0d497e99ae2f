import { Option } from '@commander-js/extra-typings';
import type { Override } from '../../../document/overrides.ts';
import { RollgateError } from '../../../errors.ts';
import type { Side } from '../../../release/release.ts';
import { shortened } from '../../../text/shortened.ts';

/** The values of the options about source over a release. */
export interface SourceOptions {
  readonly baseImage?: string | undefined;
  readonly patch?: readonly string[] | undefined;
  readonly with?: readonly string[] | undefined;
}

/** All values of an option that may be repeated. */
export const collect = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  value,
];

export const baseImageOption = (): Option<'--base-image <series>'> =>
  new Option(
    '--base-image <series>',
    'the release whose image takes a dir: or git: tree. Default: the one that fits the tree’s version and requirements',
  );

export const patchOption = (
  description = 'patch the source: base:FILE or target:FILE. FILE alone patches the target. May be repeated',
) => new Option('--patch <file>', description).argParser(collect);

export const withOption = (
  description = 'replace a Python package by a source tree, or patch it: oslo_messaging=PATH, target:oslo_messaging=PATH. Without a side it holds for both. May be repeated',
) => new Option('--with <package=path>', description).argParser(collect);

/** The overrides of a scenario by these options. @throws RollgateError `invalid-option`. */
export function sourceOverrides(options: SourceOptions): readonly Override[] {
  const patches = (options.patch ?? []).map((text) => sided(text));
  const ofSide = (wanted: Side): readonly string[] =>
    patches.flatMap(({ side, rest }) => ((side ?? 'target') === wanted ? [rest] : []));
  return [
    ...(options.baseImage === undefined
      ? []
      : [{ option: '--base-image', path: ['overlay', 'image'], value: options.baseImage }]),
    ...SIDES.filter((side) => ofSide(side).length > 0).map((side) => ({
      option: '--patch',
      path: ['overlay', side, 'patches'],
      value: ofSide(side),
    })),
    ...(options.with ?? []).flatMap(libraryOverrides),
  ];
}

const SIDES = ['base', 'target'] as const;

function libraryOverrides(text: string): readonly Override[] {
  const { side, rest } = sided(text);
  const [, name, value] = /^([^=]+)=(.+)$/s.exec(rest) ?? [];
  if (name === undefined || value === undefined) {
    throw new RollgateError('invalid-option', `--with ${shortened(text)}: expected PACKAGE=PATH`, {
      kind: 'usage',
      hint: 'For example: --with target:oslo_messaging=../oslo.messaging',
    });
  }
  return (side === undefined ? SIDES : [side]).map((one) => ({
    option: `--with ${shortened(text)}`,
    path: ['overlay', one, 'with', name],
    value,
  }));
}

/** `target:rest`, `base:rest`, or `rest` alone. */
function sided(text: string): { readonly side: Side | undefined; readonly rest: string } {
  const [, side, rest] = /^(base|target):(.+)$/s.exec(text) ?? [];
  return { side: SIDES.find((one) => one === side), rest: rest ?? text };
}
