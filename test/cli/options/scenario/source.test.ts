import test from 'ava';
import { sourceOverrides } from '../../../../src/cli/options/scenario/source.ts';

test('by default a patch applies to the target, and a library to both sides', (t) => {
  const overrides = sourceOverrides({
    baseImage: '2026.1',
    patch: ['one.patch', 'base:two.patch', 'target:three.patch'],
    with: ['oslo_messaging=../oslo.messaging', 'base:oslo_db=db.patch'],
  });
  t.deepEqual(
    overrides.map(({ path, value }) => [path.join('.'), value]),
    [
      ['overlay.image', '2026.1'],
      ['overlay.base.patches', ['two.patch']],
      ['overlay.target.patches', ['one.patch', 'three.patch']],
      ['overlay.base.with.oslo_messaging', '../oslo.messaging'],
      ['overlay.target.with.oslo_messaging', '../oslo.messaging'],
      ['overlay.base.with.oslo_db', 'db.patch'],
    ],
  );
});

test('a library without a path is refused', (t) => {
  t.throws(() => sourceOverrides({ with: ['oslo_messaging'] }), { code: 'invalid-option' });
});
