import { byKey, evidence, listed, type Difference, type Half, type Rule } from '../sides.ts';

type Objects = Half<'objects'>;
type Pins = NonNullable<Objects['found']['pins']>;
type SentObject = Pins['sent'][number]['objects'][number];

/**
 * How a run shows it: by a log line, or by the log line of a request that was lost because of it.
 * Each has its signature's title. If parts are sent in one message, the first refusal hides the
 * others, so no object is named.
 */
const PREDICTED = {
  causes: ['object-version-refused', 'requests-lost'],
  mentions: ['object', 'version', 'refused'],
} as const;

/**
 * Objects that the target sends and saves in versions that the base does not know, without a pin
 * and pinned to the base. A release reads every version up to its own
 * (oslo_versionedobjects/base.py, `obj_from_primitive`).
 */
export const comparePins: Rule<'objects'> = (base, target) => {
  const { pins } = target.found;
  if (pins === undefined) return [];
  const unpinned = pins.sent.find(({ pin }) => pin === null);
  const pinned = pins.sent.find(({ pin }) => pin !== null && pin === base.names.base);
  return [
    ...(unpinned === undefined ? [] : refusedUnpinned(base, target, pins, unpinned.objects)),
    ...(pinned === undefined
      ? noPin(base, target, pins)
      : refusedPinned(base, target, pins, pinned.objects)),
  ];
};

function refusedUnpinned(
  base: Objects,
  target: Objects,
  pins: Pins,
  sent: readonly SentObject[],
): readonly Difference[] {
  const refused = refusedBy(base, sent);
  if (refused.length === 0) return [];
  const carried = refused.some(({ name }) => name === base.names.carried);
  return [
    {
      id: 'objects-unpinned',
      area: 'objects',
      severity: carried ? 'blocking' : 'risk',
      title: `Without a pin ${target.label} sends and saves ${namesOf(refused)}, which ${base.label} refuses`,
      evidence: refused.map((one) => refusal(base, target, pins, one)),
      hazard: 'unpinned-meets',
      ...(carried ? { predicts: PREDICTED } : {}),
    },
  ];
}

/** The objects that a pin misses. */
function refusedPinned(
  base: Objects,
  target: Objects,
  pins: Pins,
  sent: readonly SentObject[],
): readonly Difference[] {
  const byName = Map.groupBy(refusedBy(base, sent), ({ name }) => name);
  return [...byName].map(([name, all]): Difference => {
    const within = [...new Set(all.flatMap(({ within }) => within ?? []))];
    const carried = within.includes(base.names.carried ?? '') || name === base.names.carried;
    const versions = listed([...new Set(all.map(({ version }) => version))]);
    const where = within.length === 0 ? '' : `, as a part of ${listed(within)}`;
    return {
      id: `object-${name}-pinned`,
      area: 'objects',
      severity: carried ? 'blocking' : 'risk',
      title: `Pinned to ${base.names.base ?? base.label}, ${target.label} still sends ${name} ${versions}${where}; ${base.label} knows ${versionIn(base, name) ?? 'none'}`,
      evidence: all.map((each) => refusal(base, target, pins, each)),
      // Without a pin it is sent in the same version.
      hazard: 'releases-meet',
      ...(carried ? { predicts: PREDICTED } : {}),
    };
  });
}

function noPin(base: Objects, target: Objects, pins: Pins): readonly Difference[] {
  const known = pins.sent.flatMap(({ pin }) => pin ?? []);
  if (base.names.base === undefined || base.label === target.label) return [];
  return [
    {
      id: 'no-pin',
      area: 'objects',
      severity: 'risk',
      title: `${target.label} knows no pin ${base.names.base}: it has ${listed(known)}`,
      evidence: [evidence(target, pins, 'the releases that it can be pinned to')],
      hazard: 'unpinned-meets',
    },
  ];
}

/**
 * Objects in a version that a release does not know. An object that the release does not have is
 * not sent to it.
 */
function refusedBy(base: Objects, sent: readonly SentObject[]): readonly SentObject[] {
  return sent.filter(({ name, version }) => {
    const known = versionIn(base, name);
    return known !== undefined && isNewer(version, known);
  });
}

function versionIn({ found }: Objects, name: string): string | undefined {
  return byKey(found.classes, (one) => one.name).get(name)?.version;
}

function isNewer(one: string, other: string): boolean {
  const [major = 0, minor = 0] = one.split('.').map(Number);
  const [otherMajor = 0, otherMinor = 0] = other.split('.').map(Number);
  return major !== otherMajor || minor > otherMinor;
}

function namesOf(sent: readonly SentObject[]): string {
  return listed([...new Set(sent.map(({ name, version }) => `${name} ${version}`))].sort());
}

function refusal(
  base: Objects,
  target: Objects,
  pins: Pins,
  { name, within, version }: SentObject,
) {
  const known = versionIn(base, name) ?? 'none';
  const where = within === null ? '' : ` within ${within}`;
  return evidence(
    target,
    byKey(target.found.classes, (one) => one.name).get(name) ?? pins,
    `sends ${name} ${version}${where}; ${base.label} knows ${known}`,
  );
}
