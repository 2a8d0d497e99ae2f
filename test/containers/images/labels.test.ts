import test from 'ava';
import { imageLabels, imageName, parseLabels } from '../../../src/containers/images/labels.ts';
import { baseImage, subjectImage } from '../../../src/containers/images/recipe.ts';
import { loadCatalogue } from '../../../src/release/catalogue.ts';
import { heat } from '../../../src/subject/heat/index.ts';

const FOUND = {
  version: '24.0.0',
  package: '1:24.0.0-2',
  inputs: 'abc',
  built: '2026-01-02T03:04:05.000Z',
};

test('an image is read back from its labels', async (t) => {
  const recipe = subjectImage(heat.imageRecipe, '2025.1', await loadCatalogue());
  t.deepEqual(parseLabels(imageLabels(recipe, FOUND), recipe.ref, 'sha256:1'), {
    name: 'heat:2025.1',
    ref: 'rollgate/heat:2025.1',
    series: '2025.1',
    service: 'heat',
    suite: 'trixie',
    id: 'sha256:1',
    ...FOUND,
  });
});

test('infrastructure has no series', (t) => {
  const recipe = baseImage('trixie');
  const image = parseLabels(imageLabels(recipe, FOUND), recipe.ref, 'sha256:1');
  t.false(image !== undefined && 'series' in image);
});

test('an image that was built from one of ours is not ours', (t) => {
  const labels = imageLabels(baseImage('trixie'), FOUND);
  t.is(parseLabels(labels, 'mine/heat:patched', 'sha256:1'), undefined);
  t.is(parseLabels(labels, 'rollgate/base:patched', 'sha256:1'), undefined);
});

test('an image without all of the labels is not ours', (t) => {
  const { 'rollgate.version': _, ...some } = imageLabels(baseImage('trixie'), FOUND);
  t.is(parseLabels({}, 'rollgate/base:trixie', 'sha256:1'), undefined);
  t.is(parseLabels(some, 'rollgate/base:trixie', 'sha256:1'), undefined);
});

test('an image overrides every label of the image that it is based on', async (t) => {
  const base = Object.keys(imageLabels(baseImage('trixie'), FOUND));
  const release = Object.keys(
    imageLabels(subjectImage(heat.imageRecipe, 'zed', await loadCatalogue()), FOUND),
  );
  t.deepEqual(base, release);
});

test('an image’s short name omits the part that all references share', (t) => {
  t.is(imageName('rollgate/heat:2025.1'), 'heat:2025.1');
  t.is(imageName('rollgate/keystone:latest'), 'keystone');
});
