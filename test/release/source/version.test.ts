import test from 'ava';
import { pep440 } from '../../../src/release/source/version.ts';

const CASES = [
  ['a tagged commit', { tag: '26.0.1', distance: 0 }, undefined, '26.0.1+gabc1234'],
  ['a tagged commit with changes', { tag: '26.0.1', distance: 0 }, 'd0a1b2c3', '26.0.1+d0a1b2c3'],
  ['a commit after it', { tag: '26.0.1', distance: 5 }, undefined, '26.0.2.dev5+gabc1234'],
  ['a candidate', { tag: '26.0.0.0rc1', distance: 2 }, undefined, '26.0.0.0rc2.dev2+gabc1234'],
  ['one with changes', { tag: '26.0.1', distance: 5 }, 'd0', '26.0.2.dev5+gabc1234.d0'],
  ['a history without tags', { tag: undefined, distance: 0 }, undefined, '0+gabc1234'],
] as const;

for (const [what, described, changed, version] of CASES) {
  test(`the version of ${what} is ${version}`, (t) => {
    t.is(pep440({ ...described, commit: 'abc1234' }, changed), version);
  });
}
