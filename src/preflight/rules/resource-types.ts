import { counted } from '../../text/counted.ts';
import type { ResourceType } from '../inventory.ts';
import { byKey, evidence, listed, type Difference, type Half, type Rule } from '../sides.ts';

type Types = Half<'resourceTypes'>;

/** heat/engine/support.py: types with these statuses are not listed, and not meant to be used. */
const RETIRED = ['HIDDEN', 'UNSUPPORTED', 'DEPRECATED'];

/** Resource types, properties and attributes that templates use. */
export const compareResourceTypes: Rule<'resourceTypes'> = (base, target) => {
  const after = byKey(target.found, ({ name }) => name);
  const gone = base.found.filter(({ name }) => !after.has(name));
  const kept = base.found.flatMap((was) => {
    const now = after.get(was.name);
    return now === undefined ? [] : [{ was, now }];
  });
  const retired = kept.filter(({ was, now }) => !isRetired(was.status) && isRetired(now.status));
  return [
    ...goneTypes(
      base,
      target,
      gone.filter(({ status }) => !isRetired(status)),
    ),
    ...goneTypes(
      base,
      target,
      gone.filter(({ status }) => isRetired(status)),
    ),
    ...kept.flatMap(({ was, now }) => changed(base, target, was, now)),
    ...(retired.length === 0
      ? []
      : [
          {
            id: 'resource-types-retired',
            area: 'resource-types',
            severity: 'info',
            title: `${counted(retired.length, 'resource type')} retired: ${listed(retired.map(({ now }) => `${now.name} (${now.status})`))}`,
            evidence: retired.map(({ now }) => evidence(target, now, `${now.name}: ${now.status}`)),
            hazard: 'none',
          } satisfies Difference,
        ]),
  ];
};

function isRetired(status: string): boolean {
  return RETIRED.includes(status);
}

function goneTypes(
  base: Types,
  target: Types,
  types: readonly ResourceType[],
): readonly Difference[] {
  if (types.length === 0) return [];
  const retired = types.every(({ status }) => isRetired(status));
  return [
    {
      id: `resource-types-gone${retired ? '-retired' : ''}`,
      area: 'resource-types',
      severity: 'risk',
      title: `${target.label} has no ${listed(types.map(({ name }) => name))}${retired ? ' (retired before)' : ''}: ${base.names.noun}s with such resources cannot be loaded`,
      evidence: types.map((type) => evidence(base, type, `${type.name}: ${type.status}`)),
      hazard: 'target-runs',
    },
  ];
}

function changed(
  base: Types,
  target: Types,
  was: ResourceType,
  now: ResourceType,
): readonly Difference[] {
  const before = byKey(was.properties, ({ name }) => name);
  const after = byKey(now.properties, ({ name }) => name);
  const gone = was.properties.filter(({ name }) => !after.has(name));
  const required = now.properties.filter(
    (property) => property.required && before.get(property.name)?.required !== true,
  );
  const fixed = now.properties.filter(
    (property) => !property.updateAllowed && before.get(property.name)?.updateAllowed === true,
  );
  const attributes = was.attributes.filter((name) => !now.attributes.includes(name));
  const names = (properties: readonly { readonly name: string }[]): string =>
    listed(properties.map(({ name }) => name));
  const parts = [
    ...(gone.length > 0 ? [`has no property ${names(gone)}`] : []),
    ...(required.length > 0 ? [`requires ${names(required)}`] : []),
    ...(fixed.length > 0 ? [`is replaced where ${names(fixed)} changes`] : []),
    ...(attributes.length > 0 ? [`has no attribute ${listed(attributes)}`] : []),
  ];
  if (parts.length === 0 || isRetired(now.status)) return [];
  const expected =
    required.length + fixed.length + attributes.length === 0 &&
    gone.every(({ status }) => isRetired(status));
  return [
    {
      id: `resource-type-${now.name}`,
      area: 'resource-types',
      severity: expected ? 'info' : 'risk',
      title: `${now.name} ${parts.join(', ')}${expected ? ' (retired before)' : ''}`,
      evidence: [evidence(base, was, was.name), evidence(target, now, now.name)],
      hazard: expected ? 'none' : 'target-runs',
    },
  ];
}
