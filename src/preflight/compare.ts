import { AREAS, SEVERITIES, type Area, type Finding } from '../events/finding.ts';
import { given } from '../given.ts';
import { cameTogether, type Apart, type Encounter } from '../plan/paper/coexistence.ts';
import { sideLabels, type Side } from '../release/release.ts';
import type { TagName } from '../scenario/tag.ts';
import { meetingName, meetingOfKinds, type Meeting } from '../scenario/topology/meeting.ts';
import { ROLES } from '../words.ts';
import type { Inventory, InventoryArea } from './inventory.ts';
import { compareOwnConfiguration, type OwnConfiguration } from './own-configuration.ts';
import { compareOwnTypes, type OwnTypes } from './own-types.ts';
import { compareConfiguration } from './rules/configuration.ts';
import { compareContext } from './rules/context.ts';
import { compareDependencies } from './rules/dependencies.ts';
import { compareEntryPoints } from './rules/entry-points.ts';
import { compareObjects } from './rules/objects.ts';
import { comparePaste } from './rules/paste.ts';
import { comparePolicy } from './rules/policy.ts';
import { compareResourceTypes } from './rules/resource-types.ts';
import { compareRpc } from './rules/rpc.ts';
import { compareSchema } from './rules/schema.ts';
import {
  evidence,
  type Difference,
  type Half,
  type Hazard,
  type ComparedNames,
  type ComparedRelease,
  type Rule,
} from './sides.ts';

interface Named extends ComparedRelease {
  readonly names: ComparedNames;
}

/** A user's own configuration and database, which belong to no release. */
interface Own {
  readonly configuration?: OwnConfiguration | undefined;
  readonly types?: OwnTypes | undefined;
}

/**
 * The forecasts of a static comparison of two releases, the worst first. Pure.
 *
 * @param options The user’s own configuration and types, to be checked against the target.
 * @returns Findings with unique ids; a release compared with itself has none of severity `blocking`
 * or `risk`.
 */
export function compareInventories(
  base: Inventory,
  target: Inventory,
  apart: Apart,
  names: ComparedNames,
  { configuration, types }: Own = {},
): readonly Finding[] {
  const labels = sideLabels({ base, target });
  const one: Named = { names, side: 'base', label: labels.base, inventory: base };
  const other: Named = { names, side: 'target', label: labels.target, inventory: target };
  return [
    ...compared('rpc', 'rpc', compareRpc, one, other),
    ...compared('context', 'context', compareContext, one, other),
    ...compared('objects', 'objects', compareObjects, one, other),
    ...compared('schema', 'schema', compareSchema, one, other),
    ...compared('configuration', 'configuration', compareConfiguration, one, other),
    ...(configuration === undefined
      ? []
      : compared(
          'configuration',
          'configuration',
          (before, after) => compareOwnConfiguration(configuration, before, after),
          one,
          other,
        )),
    ...compared('policy', 'policy', comparePolicy, one, other),
    ...compared('paste', 'paste', comparePaste, one, other),
    ...compared('entryPoints', 'entry-points', compareEntryPoints, one, other),
    ...compared('resourceTypes', 'resource-types', compareResourceTypes, one, other),
    ...(types === undefined
      ? []
      : compared(
          'resourceTypes',
          'resource-types',
          (before, after) => compareOwnTypes(types, before, after),
          one,
          other,
        )),
    ...compared('dependencies', 'dependencies', compareDependencies, one, other),
    ...python(one, other),
  ]
    .map((difference) => judged(difference, apart))
    .toSorted(
      (a, b) =>
        SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
        AREAS.indexOf(a.area) - AREAS.indexOf(b.area) ||
        (a.id < b.id ? -1 : 1),
    );
}

function compared<Key extends InventoryArea>(
  key: Key,
  area: Area,
  rule: Rule<Key>,
  base: Named,
  target: Named,
): readonly Difference[] {
  const halves = [base, target].map((release) => half(release, key));
  const [one, other] = halves;
  if (halves.every(({ absent }) => absent)) return [];
  if (one?.read === undefined || other?.read === undefined) {
    return [
      unread(
        area,
        base.names.package,
        halves.flatMap((half) => half.error ?? []),
      ),
    ];
  }
  return rule(one.read, other.read);
}

interface ReadHalf<Key extends InventoryArea> {
  readonly read?: Half<Key>;
  readonly absent?: true;
  readonly error?: {
    readonly side: ComparedRelease['side'];
    readonly label: string;
    readonly text: string;
  };
}

function half<Key extends InventoryArea>(release: Named, key: Key): ReadHalf<Key> {
  const { side, label, inventory, names } = release;
  const read: Inventory[Key] | undefined = inventory[key];
  if (read === undefined) return { absent: true };
  return 'found' in read
    ? { read: { side, label, found: read.found, names } }
    : { error: { side, label, text: read.error } };
}

/** An area that a release's own Python could not read, which may be the release's fault. */
function unread(
  area: Area,
  file: string,
  errors: readonly NonNullable<ReadHalf<InventoryArea>['error']>[],
): Difference {
  const where = errors.map(({ label, text }) => `${label}: ${text}`).join('; ');
  return {
    id: `unread-${area}`,
    area,
    severity: 'risk',
    title: `Not compared, for it could not be read: ${where}`,
    evidence: errors.map((error) => evidence(error, { file }, error.text)),
    hazard: 'target-runs',
  };
}

function python(base: ComparedRelease, target: ComparedRelease): readonly Difference[] {
  const [was, now] = [base, target].map(({ inventory }) => inventory.python);
  if (was?.split('.')[1] === now?.split('.')[1]) return [];
  return [
    {
      id: 'dependencies-python',
      area: 'dependencies',
      severity: 'info',
      title: `Python ${was} → ${now}`,
      evidence: [base, target].map((release) =>
        evidence(release, { file: 'python3' }, `Python ${release.inventory.python}`),
      ),
      hazard: 'none',
    },
  ];
}

/** By hazard: the tags that may fail because of it. */
const ENDANGERED = {
  'base-hears': ['supports-rolling-upgrade', 'supports-zero-downtime-upgrade'],
  'target-hears': ['supports-rolling-upgrade', 'supports-zero-downtime-upgrade'],
  'vhost-shared': ['supports-rolling-upgrade', 'supports-zero-downtime-upgrade'],
  'releases-meet': ['supports-rolling-upgrade', 'supports-zero-downtime-upgrade'],
  'unpinned-meets': ['supports-rolling-upgrade', 'supports-zero-downtime-upgrade'],
  'target-runs': ['supports-upgrade'],
  none: [],
} as const satisfies Readonly<Record<Hazard, readonly TagName[]>>;

function judged({ hazard, message, ...finding }: Difference, apart: Apart): Finding {
  const needs = needsOf(hazard, message);
  const encounters = encountersOf(hazard, message);
  const avoidedBy =
    encounters === null
      ? null
      : apart.all.filter((name) =>
          encounters.every((each) => apart.avoidedBy.get(each)?.includes(name)),
        );
  const since =
    encounters === null ? undefined : avoidedSince({ hazard, message }, encounters, apart);
  return {
    ...finding,
    endangers: [...ENDANGERED[hazard]],
    avoidedBy,
    metBy: avoidedBy === null ? null : apart.all.filter((name) => !avoidedBy.includes(name)),
    ...given({ needs, avoidedSince: since }),
  };
}

type HarmfulMessage = Difference['message'];

/** The directions of the harmful message; `null` if no message does harm. */
function pairsOf(hazard: Hazard, message: HarmfulMessage): readonly Meeting[] | null {
  const senders = message?.senders ?? ROLES;
  const pairs = (from: Side, to: Side): readonly Meeting[] =>
    senders.map((sender) => ({ sender, from, to }));
  switch (hazard) {
    case 'base-hears':
      return pairs('target', 'base');
    case 'target-hears':
      return pairs('base', 'target');
    case 'vhost-shared':
      return [...pairs('target', 'base'), ...pairs('base', 'target')];
    case 'target-runs':
      // Its own engines refuse it.
      return message === undefined ? null : pairs('target', 'target');
    case 'releases-meet':
    case 'unpinned-meets':
    case 'none':
      return null;
    default:
      return hazard satisfies never;
  }
}

const SIDE_BY_SIDE: ReadonlySet<Hazard> = new Set(['releases-meet', 'unpinned-meets']);

function needsOf(hazard: Hazard, message: HarmfulMessage): Finding['needs'] {
  if (SIDE_BY_SIDE.has(hazard)) return { what: 'side-by-side' };
  const pairs = pairsOf(hazard, message);
  if (pairs === null) return undefined;
  const { method, kinds } = message ?? {};
  return {
    what: 'message',
    pairs,
    ...given({ kinds, method }),
  };
}

/** By the kinds of services if they are known, otherwise by roles. */
function meetingsOf(
  pairs: readonly Meeting[],
  kinds: NonNullable<HarmfulMessage>['kinds'],
): readonly Encounter[] {
  if (kinds === undefined) return pairs.map(meetingName);
  return pairs.flatMap(({ from, to }) =>
    kinds.senders.map((sender) => meetingOfKinds({ sender, from, to, taker: kinds.taker })),
  );
}

/** The services that a roll has to keep apart to avoid it; `null` if no roll can. */
function encountersOf(hazard: Hazard, message: HarmfulMessage): readonly Encounter[] | null {
  switch (hazard) {
    case 'base-hears':
    case 'target-hears':
      return meetingsOf(pairsOf(hazard, message) ?? [], message?.kinds);
    case 'vhost-shared':
      return ['vhost'];
    case 'releases-meet':
      return ['releases'];
    case 'unpinned-meets':
      return ['unpinned'];
    case 'target-runs':
    case 'none':
      return null;
    default:
      return hazard satisfies never;
  }
}

/** Why it cannot do harm in the plan's order; `undefined` if it can. */
function avoidedSince(
  { hazard, message }: { readonly hazard: Hazard; readonly message: HarmfulMessage },
  encounters: readonly Encounter[],
  { own }: Apart,
): string | undefined {
  if (own === undefined || !own.upgrades) return undefined;
  if (encounters.some((each) => cameTogether(own, each))) return undefined;
  if (!own.releases) return 'base and target never run at the same time';
  if (hazard === 'unpinned-meets') return 'services beside the base are pinned to it';
  if (!own.vhost) return 'base and target have a broker vhost each';
  const taker = message?.kinds?.taker ?? 'engine';
  return hazard === 'base-hears'
    ? `every old ${taker} on the vhost is gone before a new service sends it`
    : `every old service that sends it is gone before a new ${taker} takes messages`;
}
