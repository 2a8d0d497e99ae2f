import { counted } from '../../text/counted.ts';
import { evidence, listed, type Difference, type Half, type Rule } from '../sides.ts';

type Dependencies = Half<'dependencies'>;

/** Libraries: missing, new and removed ones, and changed major versions. */
export const compareDependencies: Rule<'dependencies'> = (base, target) => [
  ...unmet(base, target),
  ...asked(base, target),
  ...majors(base, target),
];

function unmet(base: Dependencies, target: Dependencies): readonly Difference[] {
  const before = new Set(notFitting(base).map(({ name }) => name));
  // A requirement that a packager already left out in the base does not prevent the start.
  const found = notFitting(target).filter(({ name }) => !before.has(name));
  if (found.length === 0) return [];
  const shown = found.map(
    ({ name, range }) => `${name}${range} (${target.found.installed[name] ?? 'not installed'})`,
  );
  return [
    {
      id: 'dependencies-unmet',
      area: 'dependencies',
      // If the base does not name its requirements, a packager may already have left one out.
      severity: base.found.asked.length > 0 ? 'risk' : 'info',
      title: `${target.label} requires packages that its image lacks: ${listed(shown)}`,
      evidence: shown.map((text) => evidence(target, target.found, text)),
      hazard: base.found.asked.length > 0 ? 'target-runs' : 'none',
    },
  ];
}

function notFitting({ found }: Dependencies) {
  return found.asked.filter(({ fits }) => fits === false);
}

function asked(base: Dependencies, target: Dependencies): readonly Difference[] {
  const before = base.found.asked.map(({ name }) => name);
  const after = target.found.asked.map(({ name }) => name);
  // If a package does not name its requirements, none can be missing.
  if (before.length === 0 || after.length === 0) return [];
  const gone = before.filter((name) => !after.includes(name));
  const added = after.filter((name) => !before.includes(name));
  const parts = [
    ...(gone.length > 0 ? [`no longer asks for ${listed(gone)}`] : []),
    ...(added.length > 0 ? [`asks for ${listed(added)}`] : []),
  ];
  if (parts.length === 0) return [];
  return [
    {
      id: 'dependencies-asked',
      area: 'dependencies',
      severity: 'info',
      title: `${target.label} ${parts.join(' and ')}`,
      evidence: [
        ...gone.map((name) => evidence(base, base.found, name)),
        ...added.map((name) => evidence(target, target.found, name)),
      ],
      hazard: 'none',
    },
  ];
}

function majors(base: Dependencies, target: Dependencies): readonly Difference[] {
  const names = [...base.found.asked, ...target.found.asked].map(({ name }) => name);
  const compared =
    names.length > 0 ? [...new Set(names)].sort() : Object.keys(base.found.installed).sort();
  const changed = compared.flatMap((name) => {
    const was = base.found.installed[name];
    const now = target.found.installed[name];
    return was === undefined || now === undefined || major(was) === major(now)
      ? []
      : [`${name} ${was} → ${now}`];
  });
  if (changed.length === 0) return [];
  return [
    {
      id: 'dependencies-majors',
      area: 'dependencies',
      severity: 'info',
      title: `Another major version of ${counted(changed.length, 'library', 'libraries')}: ${listed(changed)}`,
      evidence: changed.map((text) => evidence(target, target.found, text)),
      hazard: 'none',
    },
  ];
}

function major(version: string): string | undefined {
  return version.split('.')[0];
}
