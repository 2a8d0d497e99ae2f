import { satisfies, validRange } from '@renovatebot/pep440';

/** What a release's image offers to a source tree; the facts are in lab/releases.yaml. */
export interface ImageOffer {
  readonly series: string;
  /** Of the subject in it, e.g. `26.0.1`. */
  readonly version: string;
  /** Python's, e.g. `3.14`. */
  readonly python?: string;
  /** Versions of Python packages, by name. */
  readonly packages?: Readonly<Record<string, string>>;
}

/** The version and the requirements of a source tree. */
export interface TreeNeeds {
  /** E.g. `26.0.1.dev109+g526defd06`; `undefined` or `0…` if the tree has none. */
  readonly version: string | undefined;
  /** Of Python, e.g. `>=3.11`. */
  readonly python: string | undefined;
  readonly requirements: readonly Requirement[];
}

export interface Requirement {
  readonly name: string;
  /** E.g. `>=4.2.2`. */
  readonly needs: string;
}

export interface ImageChoice {
  readonly series: string;
  /** For the plan, e.g. `its version is 26.0.1.dev109+g526defd06`. */
  readonly why: string;
}

/**
 * The release whose image a source tree is laid over. It is the oldest release that is not older
 * than the tree by its major version and meets the tree's requirements. If there is none, it is the
 * newest earlier release that meets them. If no release does, it is the first of these: laying the
 * tree over it then names the missing parts.
 *
 * @param offers At least one, oldest first.
 */
export function chooseImage(needs: TreeNeeds, offers: readonly ImageOffer[]): ImageChoice {
  const newest = offers.at(-1);
  if (newest === undefined) throw new Error('a catalogue without a release: a bug');
  const major = majorOf(needs.version ?? '0');
  const inOrder =
    major === 0
      ? offers.toReversed()
      : [
          ...offers.filter(({ version }) => majorOf(version) >= major),
          ...offers.filter(({ version }) => majorOf(version) < major).toReversed(),
        ];
  const passedOver: string[] = [];
  for (const offer of inOrder) {
    const lack = lackOf(needs, offer);
    if (lack === undefined) return { series: offer.series, why: reason(needs, passedOver) };
    passedOver.push(`${offer.series} has ${lack}`);
  }
  const first = inOrder[0] ?? newest;
  return {
    series: first.series,
    why: `no release has all that it requires: ${passedOver.join('; ')}`,
  };
}

function reason({ version = '0' }: TreeNeeds, passedOver: readonly string[]): string {
  const own =
    majorOf(version) === 0
      ? 'the tree says no version, so the newest that fits'
      : `the tree's version is ${version}`;
  return [own, ...passedOver].join('; ');
}

/**
 * A requirement that an image does not meet; `undefined` if it meets all, according to the
 * catalogue.
 */
function lackOf({ python, requirements }: TreeNeeds, offer: ImageOffer): string | undefined {
  if (python !== undefined && offer.python !== undefined && !meets(offer.python, python)) {
    return `Python ${offer.python}, not ${python}`;
  }
  const had = new Map(
    Object.entries(offer.packages ?? {}).map(([name, version]) => [canonical(name), version]),
  );
  for (const { name, needs } of requirements) {
    const version = had.get(canonical(name));
    if (version !== undefined && !meets(version, needs)) return `${name} ${version}, not ${needs}`;
  }
  return undefined;
}

/** A specifier that cannot be parsed does not exclude an image. */
function meets(version: string, specifier: string): boolean {
  return !validRange(specifier) || satisfies(version, specifier, { prereleases: true });
}

/** PEP 503: `Oslo_Service` and `oslo.service` are the same. */
function canonical(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}

function majorOf(version: string): number {
  return Number.parseInt(version, 10);
}

/** `oslo.service[threading]>=4.2.2  # Apache-2.0` */
const REQUIREMENT = /^([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*([^;#]*)/;

/**
 * The lines of a requirements.txt. Lines with an environment marker are left out, because the
 * environment is unknown here.
 */
export function parseRequirements(text: string): readonly Requirement[] {
  return text.split('\n').flatMap((line) => {
    const [, name, needs] = REQUIREMENT.exec(line.trim()) ?? [];
    if (name === undefined || needs === undefined || line.split('#')[0]?.includes(';') === true) {
      return [];
    }
    return [{ name, needs: needs.replaceAll(/\s+/g, '') }];
  });
}

/** A key of setup.cfg's `[metadata]`, if it is on its own line. */
export function metadataValue(setupCfg: string, key: string): string | undefined {
  const [, section] = /^\[metadata\]\s*\n((?:(?!\[).*\n?)*)/m.exec(setupCfg) ?? [];
  const pattern = new RegExp(`^${key.replaceAll(/[-_]/g, '[-_]')}\\s*=\\s*(\\S.*)$`, 'm');
  return pattern.exec(section ?? '')?.[1]?.trim();
}
