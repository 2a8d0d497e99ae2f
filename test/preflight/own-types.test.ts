import test from 'ava';
import { compareInventories } from '../../src/preflight/compare.ts';
import type { ResourceType } from '../../src/preflight/inventory.ts';
import { AVOIDANCE, inventory, NAMES, PLACE } from './inventories.ts';

function type(name: string, more: Partial<ResourceType> = {}): ResourceType {
  return { name, status: 'SUPPORTED', ...PLACE, properties: [], attributes: [], ...more };
}

const ADDRESS = { name: 'address', status: 'SUPPORTED', required: true, updateAllowed: true };
const HIDDEN = { status: 'HIDDEN' };

/** The findings about a database, without those about the releases. */
function said(...used: readonly [string, number][]): readonly string[] {
  const findings = compareInventories(
    inventory('1.0.0', {
      resourceTypes: [
        type('OS::Kept'),
        type('OS::Gone'),
        type('OS::Emptied', { properties: [ADDRESS] }),
        type('OS::Hidden', { properties: [ADDRESS] }),
        type('OS::EmptyBefore', HIDDEN),
      ],
    }),
    inventory('2.0.0', {
      resourceTypes: [
        type('OS::Kept'),
        type('OS::Emptied', HIDDEN),
        type('OS::Hidden', { ...HIDDEN, properties: [ADDRESS] }),
        type('OS::EmptyBefore', HIDDEN),
      ],
    }),
    AVOIDANCE,
    NAMES,
    { types: { file: 'dump.sql.gz', used: new Map(used) } },
  );
  return findings
    .filter(({ id }) => id.startsWith('own-'))
    .map(({ id, severity, title }) => `${id} ${severity}: ${title}`);
}

test('a type that a database uses and the target lacks blocks, with the number of uses', (t) => {
  t.deepEqual(said(['OS::Kept', 9], ['OS::Gone', 3]), [
    'own-types-gone blocking: dump.sql.gz uses OS::Gone (3 times), which 2.0.0 lacks: a stack with it cannot be shown, and its deletion never ends',
  ]);
});

test('a type of which the target has only an empty type is named, once it becomes one', (t) => {
  t.deepEqual(said(['OS::EmptyBefore', 2], ['OS::Hidden', 1], ['OS::Emptied', 3]), [
    'own-types-emptied risk: dump.sql.gz uses OS::Emptied (3 times), of which 2.0.0 has only an empty type: it reads no property and does nothing, so an update has no effect, and a deletion leaves what the resource stands for',
  ]);
});

test('a type that neither release has comes from a plug-in or an environment of the cloud', (t) => {
  t.deepEqual(said(['OS::Kept', 1], ['My::Own', 1]), [
    'own-types-unknown risk: dump.sql.gz uses My::Own (1 time), which neither 1.0.0 nor 2.0.0 has: both need the plug-in or the environment that maps it',
  ]);
});

test('a database that uses only types of both releases is not mentioned', (t) => {
  t.deepEqual(said(['OS::Kept', 9]), []);
});
