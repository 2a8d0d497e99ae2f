import test from 'ava';
import type { Finding } from '../../src/events/finding.ts';
import { compareInventories } from '../../src/preflight/compare.ts';
import type { FoundIn } from '../../src/preflight/inventory.ts';
import { AVOIDANCE, inventory, NAMES, PLACE } from './inventories.ts';

type Versions = Readonly<Record<string, string>>;
type Sent = NonNullable<FoundIn<'objects'>['pins']>['sent'];

function objects(versions: Versions, sent?: Sent): { readonly objects: FoundIn<'objects'> } {
  return {
    objects: {
      onTheWire: true,
      classes: Object.entries(versions).map(([name, version]) => {
        return { name, ...PLACE, version, fields: [] };
      }),
      ...(sent === undefined ? {} : { pins: { ...PLACE, sent } }),
    },
  };
}

function one(
  name: string,
  version: string,
  within: string | null = null,
): Sent[number]['objects'][number] {
  return { name, version, within };
}

/** Findings about objects, if the base is the release that pins call 2025.1. */
function findingsOf(base: Versions, target: Versions, sent: Sent): readonly Finding[] {
  return compareInventories(
    inventory('29.0.5', objects(base)),
    inventory('35.0.1', objects(target, sent)),
    {
      ...AVOIDANCE,
      avoidedBy: new Map([...AVOIDANCE.avoidedBy, ['unpinned', ['cold', 'pinned']]]),
    },
    { ...NAMES, carried: 'Node', base: '2025.1' },
  ).filter(({ area }) => area === 'objects');
}

const BASE = { Node: '1.41', TraitList: '1.0' };
const TARGET = { Node: '1.44', TraitList: '1.2' };

test('objects sent with a pin and without one are compared with those that the base knows', (t) => {
  const findings = findingsOf(BASE, TARGET, [
    { pin: null, objects: [one('Node', '1.44'), one('TraitList', '1.2', 'Node')] },
    { pin: '2025.1', objects: [one('Node', '1.41'), one('TraitList', '1.2', 'Node')] },
  ]);
  t.deepEqual(
    findings.map(({ severity, title }) => `${severity}: ${title}`),
    [
      'blocking: Pinned to 2025.1, 35.0.1 still sends TraitList 1.2, as a part of Node; 29.0.5 knows 1.0',
      'blocking: Without a pin 35.0.1 sends and saves Node 1.44, TraitList 1.2, which 29.0.5 refuses',
    ],
  );
  t.deepEqual(
    findings.map(({ avoidedBy }) => avoidedBy),
    [['cold'], ['cold']],
  );
});

test('a pin that covers all objects gives no forecast for a pinned roll', (t) => {
  const held = [one('Node', '1.41'), one('TraitList', '1.0', 'Node')];
  const ids = findingsOf(BASE, TARGET, [
    { pin: null, objects: [one('Node', '1.44')] },
    { pin: '2025.1', objects: held },
  ]).map(({ id }) => id);
  t.deepEqual(ids, ['objects-unpinned']);
});

test('an object that no message carries directly is a risk; one that the base lacks is not reported', (t) => {
  const findings = findingsOf({ FirmwareComponent: '1.1' }, { FirmwareComponent: '1.2' }, [
    { pin: null, objects: [one('FirmwareComponent', '1.2'), one('RunbookTrait', '1.0')] },
    { pin: '2025.1', objects: [one('FirmwareComponent', '1.2', 'FirmwareComponentList')] },
  ]);
  t.deepEqual(
    findings.map(({ severity, id }) => `${severity} ${id}`),
    ['risk object-FirmwareComponent-pinned', 'risk objects-unpinned'],
  );
});

test('a release that cannot be pinned to the base is reported', (t) => {
  const [finding] = findingsOf(BASE, BASE, [
    { pin: null, objects: [one('Node', '1.41')] },
    { pin: '2025.2', objects: [one('Node', '1.41')] },
  ]);
  t.is(finding?.title, '35.0.1 knows no pin 2025.1: it has 2025.2');
});
