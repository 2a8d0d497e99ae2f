import { evidence, listed, type Difference, type Half, type Rule } from '../sides.ts';

type Paste = Half<'paste'>;
type PasteSetting = Paste['found']['sections'][number]['settings'][number];

/**
 * The entry points in api-paste.ini. Debian's packages contain a new file; an operator may have
 * kept the old one.
 */
export const comparePaste: Rule<'paste'> = (base, target) => [
  ...unknownTo(base, target),
  ...sections(base, target),
];

/** Factories of the base's file that the target's code does not have. */
function unknownTo(base: Paste, target: Paste): readonly Difference[] {
  const offered = new Set(target.found.offered);
  const own = new Set(base.found.offered);
  const missing = settingsOf(base).filter(
    ({ key, value }) => key.endsWith('factory') && own.has(value) && !offered.has(value),
  );
  if (missing.length === 0) return [];
  const names = [...new Set(missing.map(({ value }) => value))];
  return [
    {
      id: 'paste-factories',
      area: 'paste',
      severity: 'risk',
      title: `An api-paste.ini that is kept from ${base.label} does not load: ${target.label} has no ${listed(names)}`,
      evidence: missing.map((setting) =>
        evidence(base, { file: base.found.file, line: setting.line }, text(setting)),
      ),
      hazard: 'target-runs',
    },
  ];
}

function sections(base: Paste, target: Paste): readonly Difference[] {
  const before = settingsBySection(base);
  const after = settingsBySection(target);
  const gone = [...before.keys()].filter((name) => !after.has(name));
  const added = [...after.keys()].filter((name) => !before.has(name));
  const changed = [...after.keys()].filter(
    (name) => before.has(name) && before.get(name) !== after.get(name),
  );
  const parts = [
    ...(gone.length > 0 ? [`gone: ${listed(gone)}`] : []),
    ...(added.length > 0 ? [`new: ${listed(added)}`] : []),
    ...(changed.length > 0 ? [`changed: ${listed(changed)}`] : []),
  ];
  if (parts.length === 0) return [];
  const evidenceOf = (half: Paste, names: readonly string[]) =>
    half.found.sections
      .filter(({ name }) => names.includes(name))
      .map((section) =>
        evidence(
          half,
          { file: half.found.file, line: section.line },
          `[${section.name}] ${section.settings.map(text).join('; ')}`,
        ),
      );
  return [
    {
      id: 'paste-sections',
      area: 'paste',
      severity: 'info',
      title: `api-paste.ini is another, so each release needs its own; ${parts.join('; ')}`,
      evidence: [
        ...evidenceOf(base, [...gone, ...changed]),
        ...evidenceOf(target, [...added, ...changed]),
      ],
      hazard: 'none',
    },
  ];
}

function settingsOf({ found }: Paste): readonly PasteSetting[] {
  return found.sections.flatMap(({ settings }) => settings);
}

function settingsBySection({ found }: Paste): ReadonlyMap<string, string> {
  return new Map(found.sections.map(({ name, settings }) => [name, settings.map(text).join('\n')]));
}

function text({ key, value }: PasteSetting): string {
  return `${key} = ${value}`;
}
