import { counted } from '../text/counted.ts';
import type { ResourceType } from './inventory.ts';
import { byKey, evidence, listed, type Difference, type Half } from './sides.ts';

/** The resource types that a user's own database uses. */
export interface OwnTypes {
  /** Its path, as the user named it. */
  readonly file: string;
  /** The minimum number of uses of each. */
  readonly used: ReadonlyMap<string, number>;
}

/** How the target treats objects in a user's own database. */
export function compareOwnTypes(
  { file, used }: OwnTypes,
  base: Half<'resourceTypes'>,
  target: Half<'resourceTypes'>,
): readonly Difference[] {
  const before = byKey(base.found, ({ name }) => name);
  const after = byKey(target.found, ({ name }) => name);
  const lacking = [...used].filter(([name]) => !after.has(name)).toSorted(byName);
  const gone = lacking.filter(([name]) => before.has(name));
  const unknown = lacking.filter(([name]) => !before.has(name));
  const emptied = [...used]
    .filter(([name]) => isEmptied(after.get(name)) && !isEmptied(before.get(name)))
    .toSorted(byName);
  return [
    ...difference(gone, (names) => ({
      id: 'own-types-gone',
      severity: 'blocking',
      title: `${file} uses ${names}, which ${target.label} lacks: a ${base.names.noun} with it cannot be shown, and its deletion never ends`,
      hazard: 'target-runs',
      evidence: gone.flatMap(([name]) => {
        const type = before.get(name);
        return type === undefined ? [] : [evidence(base, type, name)];
      }),
    })),
    ...difference(emptied, (names) => ({
      id: 'own-types-emptied',
      severity: 'risk',
      title: `${file} uses ${names}, of which ${target.label} has only an empty type: it reads no property and does nothing, so an update has no effect, and a deletion leaves what the resource stands for`,
      hazard: 'none',
      evidence: emptied.flatMap(([name]) => {
        const type = after.get(name);
        return type === undefined ? [] : [evidence(target, type, `${name}: ${type.status}`)];
      }),
    })),
    ...difference(unknown, (names) => ({
      id: 'own-types-unknown',
      severity: 'risk',
      title: `${file} uses ${names}, which neither ${base.label} nor ${target.label} has: both need the plug-in or the environment that maps it`,
      hazard: 'none',
      evidence: [],
    })),
  ];
}

/**
 * Upstream keeps a hidden resource type without properties for each type that it removed
 * (heat/engine/resources/openstack/heat/none_resource.py).
 */
function isEmptied(type: ResourceType | undefined): boolean {
  return type?.status === 'HIDDEN' && type.properties.length === 0;
}

type Used = readonly [name: string, times: number];

function byName([one]: Used, [other]: Used): number {
  return one < other ? -1 : 1;
}

function difference(
  types: readonly Used[],
  of: (names: string) => Omit<Difference, 'area'>,
): readonly Difference[] {
  if (types.length === 0) return [];
  const names = listed(types.map(([name, times]) => `${name} (${counted(times, 'time')})`));
  return [{ area: 'resource-types', ...of(names) }];
}
