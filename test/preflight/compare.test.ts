import test from 'ava';
import { RollgateError } from '../../src/errors.ts';
import { compareInventories } from '../../src/preflight/compare.ts';
import { InventorySchema, parseInventory } from '../../src/preflight/inventory.ts';
import { blockingFor } from '../../src/preflight/summary.ts';
import { AVOIDANCE, NAMES, found, inventory, PLACE, SYNC_POINT, worker } from './inventories.ts';

test('the worst finding comes first, and every id is unique', (t) => {
  const findings = found(
    {
      rpc: [worker('1.4')],
      entryPoints: [{ group: 'heat.clients', name: 'a', value: '', ...PLACE }],
    },
    {
      rpc: [worker('1.9')],
      objects: { onTheWire: false, syncPoint: SYNC_POINT, classes: [] },
      policy: [{ name: 'a', check: '', scopes: [], formerCheck: null, ...PLACE }],
    },
  );
  t.deepEqual(
    findings.map(({ severity, area }) => `${severity} ${area}`),
    ['blocking rpc', 'info policy', 'info entry-points'],
  );
  t.is(new Set(findings.map(({ id }) => id)).size, findings.length);
});

test('an unreadable area is reported with the reason, and the other areas are compared', (t) => {
  const broken = {
    ...inventory('2.0.0', { rpc: [worker('1.9')] }),
    configuration: { error: 'SyntaxError: invalid syntax' },
  };
  const findings = compareInventories(
    inventory('1.0.0', { rpc: [worker('1.4')] }),
    broken,
    AVOIDANCE,
    NAMES,
  );
  t.deepEqual(
    findings.filter(({ severity }) => severity !== 'info').map(({ id }) => id),
    ['rpc-worker-check_resource-from-target', 'unread-configuration'],
  );
  const [unread] = findings.filter(({ id }) => id === 'unread-configuration');
  t.is(unread?.title, 'Not compared, for it could not be read: 2.0.0: SyntaxError: invalid syntax');
});

test('only a difference that the choreography does not avoid blocks', (t) => {
  const findings = found({ rpc: [worker('1.4')] }, { rpc: [worker('1.9')] });
  t.is(blockingFor(findings, 'shared-vhost').length, 1);
  t.is(blockingFor(findings, 'guide').length, 0);
});

test('an inventory is read from the end of the output', (t) => {
  const printed = JSON.stringify(inventory('1.0.0'), null, 1);
  t.is(parseInventory(`a warning: {\n{\nmore\n\n${printed}`, 'i').version, '1.0.0');
});

const refused = test.macro({
  title: (_, what: string) => `no inventory: ${what}`,
  exec(t, _what: string, output: string, detail: RegExp) {
    const error = t.throws(() => parseInventory(output, 'rollgate/heat:x'), {
      instanceOf: RollgateError,
      code: 'no-inventory',
    });
    t.regex(error?.message ?? '', /rollgate\/heat:x/);
    t.regex(error?.detail ?? '', detail);
    t.truthy(error?.hint);
  },
});

test(refused, 'something else was printed', 'python3: not found', /python3: not found/);
test(refused, 'it is not whole', '\n{\n "format": 1\n}', /version/);

test('an area that the subject does not have may be missing on both sides', (t) => {
  const { objects, context, ...rest } = inventory('1.0.0');
  t.truthy(objects);
  t.truthy(context);
  const one = InventorySchema.parse(rest);
  const areas = compareInventories(one, one, AVOIDANCE, NAMES).map(({ area }) => area);
  t.false(areas.includes('objects'));
});
