import test from 'ava';
import type { FoundIn } from '../../src/preflight/inventory.ts';
import { found, PLACE, SYNC_POINT, described } from './inventories.ts';

function objects(
  version: string,
  fields: Readonly<Record<string, string>>,
  onTheWire = false,
): { readonly objects: FoundIn<'objects'> } {
  const described = Object.entries(fields).map(([name, type]) => ({ name, type, line: 1 }));
  return {
    objects: {
      onTheWire,
      syncPoint: SYNC_POINT,
      classes: [{ name: 'Snapshot', ...PLACE, version, fields: described }],
    },
  };
}

test('fields that change without a new version are reported; they harm where messages carry objects', (t) => {
  const [before, after] = [{ id: 'String()' }, { id: 'Integer()', action: 'String()' }];
  t.deepEqual(described(objects('1.0', before), objects('1.0', after)), [
    'info: Snapshot gained action, changed the type of id without a new version (1.0 in both); no message carries objects',
  ]);
  t.deepEqual(described(objects('1.0', after), objects('1.0', { id: 'Integer()' }, true)), [
    'blocking: Snapshot lost action without a new version (1.0 in both)',
  ]);
});

test('fields that change with a new version are correct, and unchanged fields are not reported', (t) => {
  t.deepEqual(described(objects('1.0', {}), objects('1.1', { id: 'String()' }, true)), [
    'info: Snapshot gained id with version 1.0 becoming 1.1',
  ]);
  t.deepEqual(described(objects('1.0', { id: 'a' }), objects('1.1', { id: 'a' })), []);
});

test('sync points that name resources differently are not read by the other release, on one vhost', (t) => {
  const naming = (text: string): { readonly objects: FoundIn<'objects'> } => ({
    objects: { onTheWire: false, syncPoint: { ...PLACE, text }, classes: [] },
  });
  const [old, typed] = [naming('tuple:(1, True)'), naming("tuple:(1, True, 'resource')")];
  t.deepEqual(found(old, old), []);
  const [finding, ...others] = found(old, typed);
  t.deepEqual(others, []);
  t.like(finding, { id: 'sync-point-key', area: 'objects', severity: 'blocking' });
  t.deepEqual(
    finding?.evidence.map(({ text }) => text),
    ['tuple:(1, True)', "tuple:(1, True, 'resource')"],
  );
  t.true(finding?.avoidedBy?.includes('guide'));
  // A stack that both work on: engines give it to each other.
  t.deepEqual(finding?.needs, {
    what: 'message',
    pairs: [
      { sender: 'engine', from: 'target', to: 'base' },
      { sender: 'engine', from: 'base', to: 'target' },
    ],
  });
  t.false(finding?.avoidedBy?.includes('shared-vhost'));
});
