import { byKey, evidence, listed, type Difference, type Half, type Rule } from '../sides.ts';

type EntryPoints = Half<'entryPoints'>;

/** Programs that a deployment starts. */
const SCRIPTS = ['console_scripts', 'wsgi_scripts'];
/** Options and rules have separate findings. */
const OF_OSLO = /^oslo\./;

/** Scripts and plugins that the target no longer offers. */
export const compareEntryPoints: Rule<'entryPoints'> = (base, target) => {
  const after = byKey(target.found, ({ group, name }) => `${group} ${name}`);
  const gone = base.found.filter(
    ({ group, name }) => !OF_OSLO.test(group) && !after.has(`${group} ${name}`),
  );
  const groups = Map.groupBy(gone, ({ group }) => group);
  return [...groups].map(([group, points]) => described(base, target, group, points));
};

function described(
  base: EntryPoints,
  target: EntryPoints,
  group: string,
  points: EntryPoints['found'],
): Difference {
  const names = listed(points.map(({ name }) => name));
  const script = SCRIPTS.includes(group);
  // The target must still be able to read existing objects.
  const template = group === base.names.templates;
  const title = script
    ? `${target.label} has no script ${names}: a deployment that starts it needs another way`
    : template
      ? `${target.label} reads no template of version ${names}: ${base.names.noun}s that were made with one cannot be loaded`
      : `Gone from ${group}: ${names}`;
  const harmful = script || template;
  return {
    id: `entry-points-${group}`,
    area: script ? 'scripts' : 'entry-points',
    severity: harmful ? 'risk' : 'info',
    title,
    evidence: points.map((point) => evidence(base, point, `${point.name} = ${point.value}`)),
    hazard: harmful ? 'target-runs' : 'none',
  };
}
