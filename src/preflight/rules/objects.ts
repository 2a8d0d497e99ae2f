import { byKey, evidence, type Difference, type Half, type Rule } from '../sides.ts';
import { comparePins } from './pins.ts';

type Objects = Half<'objects'>;
type VersionedObject = Objects['found']['classes'][number];

/** Records that engines of both releases write to one database, and read from each other. */
export const compareObjects: Rule<'objects'> = (base, target) => [
  ...compareFields(base, target),
  ...compareSyncPoints(base, target),
  ...comparePins(base, target),
];

/**
 * A stack's resources report to sync points by a key. An engine that looks for another key waits
 * forever, silently.
 */
const compareSyncPoints: Rule<'objects'> = (base, target) => {
  const [was, now] = [base.found.syncPoint, target.found.syncPoint];
  if (was === undefined || now === undefined || was.text === now.text) return [];
  return [
    {
      id: 'sync-point-key',
      area: 'objects',
      severity: 'blocking',
      title: `Sync points name a resource differently: ${base.label} and ${target.label} miss each other’s reports, and a ${base.names.noun} that both work on halts without an error`,
      evidence: [evidence(base, was, was.text), evidence(target, now, now.text)],
      hazard: 'vhost-shared',
      message: { senders: ['engine'] },
      predicts: { causes: ['work-blocked-by-record'], mentions: [] },
    },
  ];
};

/**
 * Objects whose fields changed. If messages contain objects, a receiver reads the fields of an
 * object by its version; otherwise the version has no effect.
 */
const compareFields: Rule<'objects'> = (base, target) => {
  const before = byKey(base.found.classes, ({ name }) => name);
  return target.found.classes.flatMap((now) => {
    const was = before.get(now.name);
    return was === undefined ? [] : changed(base, target, was, now);
  });
};

function changed(
  base: Objects,
  target: Objects,
  was: VersionedObject,
  now: VersionedObject,
): readonly Difference[] {
  const old = byKey(was.fields, ({ name }) => name);
  const current = byKey(now.fields, ({ name }) => name);
  const added = now.fields.filter(({ name }) => !old.has(name));
  const gone = was.fields.filter(({ name }) => !current.has(name));
  const retyped = now.fields.filter(
    ({ name, type }) => old.has(name) && old.get(name)?.type !== type,
  );
  if (added.length + gone.length + retyped.length === 0) return [];
  const changes = changesInWords({ added, gone, retyped });
  const versioned = now.version !== was.version;
  const onTheWire = base.found.onTheWire || target.found.onTheWire;
  const version = versioned
    ? `with version ${was.version} becoming ${now.version}`
    : `without a new version (${now.version} in both)`;
  return [
    {
      id: `object-${now.name}`,
      area: 'objects',
      severity: versioned || !onTheWire ? 'info' : 'blocking',
      title: `${now.name} ${changes} ${version}${onTheWire ? '' : '; no message carries objects'}`,
      evidence: [
        evidence(base, was, `${was.name} ${was.version}: ${was.fields.length} fields`),
        ...gone.map((field) =>
          evidence(base, { file: was.file, line: field.line }, `${field.name}: ${field.type}`),
        ),
        ...[...added, ...retyped].map((field) =>
          evidence(target, { file: now.file, line: field.line }, `${field.name}: ${field.type}`),
        ),
      ],
      hazard: onTheWire ? 'vhost-shared' : 'none',
    },
  ];
}

type Fields = VersionedObject['fields'];

/** `gained a, lost b, changed the type of c`. */
function changesInWords({
  added,
  gone,
  retyped,
}: Readonly<Record<'added' | 'gone' | 'retyped', Fields>>): string {
  const names = (fields: Fields): string => fields.map(({ name }) => name).join(', ');
  return [
    ...(added.length > 0 ? [`gained ${names(added)}`] : []),
    ...(gone.length > 0 ? [`lost ${names(gone)}`] : []),
    ...(retyped.length > 0 ? [`changed the type of ${names(retyped)}`] : []),
  ].join(', ');
}
