import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { hashInputs, readInputs } from '../../../src/containers/images/inputs.ts';
import {
  subjectImage,
  imagesFor,
  type ImageRecipe,
} from '../../../src/containers/images/recipe.ts';
import { loadCatalogue } from '../../../src/release/catalogue.ts';
import { heat } from '../../../src/subject/heat/index.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

function recipe(files: Readonly<Record<string, string>> = { Dockerfile: 'FROM x' }): ImageRecipe {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return {
    name: 'some',
    ref: 'rollgate/some:latest',
    service: 'some',
    suite: 'trixie',
    folder,
    package: 'some',
    version: '1.0.0',
    gigabytes: 1,
  };
}

const hashOf = async (some: ImageRecipe): Promise<string> => (await readInputs(some)).hash;

test('the same inputs in another place have the same hash', async (t) => {
  const files = { Dockerfile: 'FROM x', entrypoint: 'exec "$@"' };
  t.is(await hashOf(recipe(files)), await hashOf(recipe(files)));
});

const changes: readonly [string, (some: ImageRecipe) => ImageRecipe][] = [
  ["a file's content", (some) => (writeFileSync(join(some.folder, 'Dockerfile'), 'FROM y'), some)],
  ['another file', (some) => (writeFileSync(join(some.folder, 'more'), ''), some)],
  ['an executable bit', (some) => (chmodSync(join(some.folder, 'Dockerfile'), 0o755), some)],
  ['the suite', (some) => ({ ...some, suite: 'sid' })],
  ['the version in the catalogue', (some) => ({ ...some, version: '1.0.1' })],
  ['the package', (some) => ({ ...some, package: 'other' })],
  ['the reference', (some) => ({ ...some, ref: 'rollgate/other:latest' })],
  ['a parent', (some) => ({ ...some, parent: recipe() })],
];
for (const [what, change] of changes) {
  test(`the hash changes with ${what}`, async (t) => {
    const some = recipe();
    const before = await hashOf(some);
    t.not(await hashOf(change(some)), before);
  });
}

test("the hash changes with the parent's", async (t) => {
  const parent = recipe();
  const child = { ...recipe(), parent };
  const before = await hashOf(child);
  writeFileSync(join(parent.folder, 'Dockerfile'), 'FROM z');
  t.not(await hashOf(child), before);
});

test('the boundaries between files are part of the hash', (t) => {
  const some = recipe();
  const file = (path: string, content: string) => ({
    path,
    executable: false,
    content: Buffer.from(content),
  });
  t.not(
    hashInputs(some, [file('a', 'xy'), file('b', '')], undefined),
    hashInputs(some, [file('a', 'x'), file('b', 'y')], undefined),
  );
});

test('a lab needs its infrastructure and its releases once each, and the slowest are built first', async (t) => {
  const images = imagesFor(heat.imageRecipe, ['2025.1', '2026.1', '2025.1'], await loadCatalogue());
  t.deepEqual(
    images.map(({ ref }) => ref),
    [
      'rollgate/heat:2025.1',
      'rollgate/heat:2026.1',
      'rollgate/keystone:latest',
      'rollgate/rabbitmq:latest',
      'rollgate/mysql:latest',
      'rollgate/haproxy:latest',
      'rollgate/memcached:latest',
      'rollgate/network:latest',
    ],
  );
});

test("a release's image is based on the release's suite and has the catalogue's version", async (t) => {
  const image = subjectImage(heat.imageRecipe, '2026.2', await loadCatalogue());
  t.is(image.parent?.ref, 'rollgate/base:sid');
  t.is(image.version, '27.0.0');
});
