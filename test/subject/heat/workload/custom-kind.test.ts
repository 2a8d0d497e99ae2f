import test from 'ava';
import {
  customKindSchema,
  locateKinds,
  type CustomKind,
} from '../../../../src/scenario/custom/kind.ts';
import { stackKind } from '../../../../src/subject/heat/api/kinds.ts';
import {
  checkComplete,
  checkOutputs,
  customLifecycle,
  dueOf,
} from '../../../../src/subject/heat/workload/custom-kind.ts';

const TEMPLATE = { heat_template_version: '2018-08-31', resources: {} };

function kind(more: object = {}): CustomKind {
  const read = customKindSchema.parse({ name: 'web', template: TEMPLATE, ...more });
  const [own] = locateKinds([read], '/', []).kinds;
  if (own === undefined) throw new Error('no kind was located');
  return own;
}

test('a custom kind is created, updated as its definition requires, and deleted after the swaps', (t) => {
  t.deepEqual(customLifecycle(kind()).turns, [
    { action: 'create' },
    { action: 'delete', afterSwaps: true },
  ]);
  t.deepEqual(customLifecycle(kind({ update: { when: 'at-once' } })).turns[1], {
    action: 'update',
  });
  t.deepEqual(customLifecycle(kind({ update: {} })).turns[1], {
    action: 'update',
    afterSwaps: true,
  });
});

test('a custom kind comes before the subject’s kinds, or alone if only it is named', (t) => {
  const custom = [customLifecycle(kind())];
  const names = (count: number, chosen?: readonly string[]) =>
    Array.from(
      { length: count },
      (_, index) => stackKind(index, { cfn: false, custom, names: chosen }).name,
    );
  t.deepEqual(names(2), ['web', 'hold']);
  t.deepEqual(names(2, ['web']), ['web', 'web']);
});

test('outputs are checked by value, by pattern, and against their earlier values', (t) => {
  const { holds } = kind({
    holds: { outputs: { size: 3, url: { matches: '^http' }, id: { unchanged: true } } },
  });
  const look = (outputs: Readonly<Record<string, unknown>>, before?: typeof outputs) =>
    checkOutputs(holds, { outputs, before })
      .filter(({ ok }) => !ok)
      .map(({ detail }) => detail);
  const good = { size: 3, url: 'http://x', id: 'a' };
  t.deepEqual(look(good), []);
  t.deepEqual(look(good, good), []);
  t.deepEqual(look({ ...good, id: 'b' }, good), ['id is "b"; it must stay "a"']);
  t.deepEqual(look({ size: 4, url: 'ftp' }), [
    'size is 4; it must be 3',
    'url is "ftp"; it must match ^http',
    'id is missing; it must be there',
  ]);
});

test('after an update, other values may be expected', (t) => {
  const own = kind({
    holds: { outputs: { size: 1 } },
    update: { holds: { outputs: { size: 2 } } },
  });
  t.deepEqual(dueOf(own, false).outputs, { size: 1 });
  t.deepEqual(dueOf(own, true).outputs, { size: 2 });
  t.deepEqual(dueOf(kind({ update: {}, holds: { outputs: { size: 1 } } }), true).outputs, {
    size: 1,
  });
});

test('a resource that is not complete is named', (t) => {
  const resource = {
    name: 'a',
    parent: undefined,
    type: 'T',
    status: 'CREATE_COMPLETE',
    reason: '',
    physicalId: '',
  };
  t.true(checkComplete([resource]).ok);
  t.false(checkComplete([]).ok);
  t.like(checkComplete([resource, { ...resource, name: 'b', status: 'CREATE_FAILED' }]), {
    ok: false,
    detail: '1 of 2 are complete; b is CREATE_FAILED',
  });
});
