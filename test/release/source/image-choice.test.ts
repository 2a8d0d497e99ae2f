import test from 'ava';
import {
  chooseImage,
  metadataValue,
  parseRequirements,
  type TreeNeeds,
} from '../../../src/release/source/image-choice.ts';

const OFFERS = [
  { series: '2025.1', version: '24.0.0', python: '3.13', packages: { 'oslo.service': '4.1.1' } },
  { series: '2026.1', version: '26.0.1', python: '3.14', packages: { 'oslo.service': '4.8.0' } },
  { series: '2026.2', version: '27.0.0', python: '3.14', packages: { 'oslo.service': '4.8.0' } },
];
const THREADING = parseRequirements('oslo.service[threading]>=4.2.2 # Apache-2.0');

const seriesFor = (needs: Partial<TreeNeeds>): string =>
  chooseImage({ version: undefined, python: undefined, requirements: [], ...needs }, OFFERS).series;

test('the image is that of the release on which the tree is based', (t) => {
  t.is(seriesFor({ version: '24.1.1' }), '2025.1');
  t.is(seriesFor({ version: '26.0.1.dev109+g526defd06' }), '2026.1');
  t.is(seriesFor({ version: '27.0.0+d1a2b3c4' }), '2026.2');
});

test('a tree between two releases is laid over the next', (t) => {
  t.is(seriesFor({ version: '25.0.1' }), '2026.1');
});

test('if the tree’s requirements select a newer image, the plan mentions it', (t) => {
  const needs = { version: '24.0.1.dev77+gabc', python: '>=3.10', requirements: THREADING };
  const { series, why } = chooseImage(needs, OFFERS);
  t.is(series, '2026.1');
  t.is(why, "the tree's version is 24.0.1.dev77+gabc; 2025.1 has oslo.service 4.1.1, not >=4.2.2");
  t.is(seriesFor({ version: '24.0.0', python: '>=3.14' }), '2026.1');
});

test('a tree newer than every release, or without a version, gets the newest', (t) => {
  t.is(seriesFor({ version: '28.0.0' }), '2026.2');
  t.is(seriesFor({}), '2026.2');
  t.is(seriesFor({ version: '0+g1a2b3c4' }), '2026.2');
});

test('if no release satisfies the tree, the first candidate is taken, with what each lacks', (t) => {
  const requirements = parseRequirements('oslo.service>=99');
  const choice = chooseImage({ version: '26.0.0', python: undefined, requirements }, OFFERS);
  t.is(choice.series, '2026.1');
  t.regex(choice.why, /2025\.1 has oslo\.service 4\.1\.1, not >=99/);
});

test('extras, comments and markers of requirements are ignored', (t) => {
  t.deepEqual(
    parseRequirements(
      ['# a comment', 'PyYAML>=5.1 # MIT', 'a[b] >= 1, !=2', "c>=1; python_version<'3'", ''].join(
        '\n',
      ),
    ),
    [
      { name: 'PyYAML', needs: '>=5.1' },
      { name: 'a', needs: '>=1,!=2' },
    ],
  );
});

test('setup.cfg names the required Python in either spelling', (t) => {
  t.is(
    metadataValue('[metadata]\nname = x\npython_requires = >=3.11\n[files]\n', 'python_requires'),
    '>=3.11',
  );
  t.is(metadataValue('[metadata]\npython-requires = >=3.8\n', 'python_requires'), '>=3.8');
  t.is(metadataValue('[files]\nversion = 3\n', 'version'), undefined);
});
