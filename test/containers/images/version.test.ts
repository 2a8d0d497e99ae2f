import { readFile } from 'node:fs/promises';
import test from 'ava';
import { parse, stringify } from 'yaml';
import { bootstrapArguments, bootstrapLabel } from '../../../src/containers/images/bootstrap.ts';
import { readInputs } from '../../../src/containers/images/inputs.ts';
import { imagesFor, subjectImage, swappedImage } from '../../../src/containers/images/recipe.ts';
import { checkVersion, upstreamVersion } from '../../../src/containers/images/version.ts';
import { RollgateError } from '../../../src/errors.ts';
import {
  CATALOGUE_FILE,
  loadCatalogue,
  parseCatalogue,
  type Catalogue,
} from '../../../src/release/catalogue.ts';
import { heat } from '../../../src/subject/heat/index.ts';

test("upstream's version is found in Debian's", (t) => {
  const versions = {
    '1:24.0.0-2': '24.0.0',
    '2:27.0.0-3+deb13u6': '27.0.0',
    '1:11.8.9+ds-0+deb13u1': '11.8.9',
    '3.0.11-1+deb13u5': '3.0.11',
    '13.8+deb13u8': '13.8',
    '1:27.0.0~rc1-1': '27.0.0~rc1',
  };
  for (const [debian, upstream] of Object.entries(versions)) {
    t.is(upstreamVersion(debian), upstream);
  }
});

test('a series other than the catalogue’s is an error that names both, and what to write', async (t) => {
  const recipe = subjectImage(heat.imageRecipe, '2026.1', await loadCatalogue());
  const error = t.throws(() => checkVersion(recipe, { version: '27.0.0', package: '1:27.0.0-1' }), {
    instanceOf: RollgateError,
  });
  t.is(error.code, 'version-differs');
  t.is(
    error.message,
    'heat 2026.1: the catalogue says 26.0.1, Debian forky has 27.0.0 (1:27.0.0-1)',
  );
  t.regex(
    error.hint ?? '',
    /copy the row of 2026\.1, and give the copy its own series and version: 27\.0\.0/,
  );
});

test("the catalogue's version is no error", async (t) => {
  const recipe = subjectImage(heat.imageRecipe, '2026.1', await loadCatalogue());
  t.notThrows(() => checkVersion(recipe, { version: '26.0.1', package: '1:26.0.1-1' }));
});

test('a point release is accepted with a warning, a release candidate is not', async (t) => {
  const recipe = subjectImage(heat.imageRecipe, '2026.1', await loadCatalogue());
  t.is(
    checkVersion(recipe, { version: '26.0.2', package: '1:26.0.2-1' }),
    'heat 2026.1: the catalogue says 26.0.1, Debian forky has 26.0.2 (1:26.0.2-1): a point release, which is taken',
  );
  t.is(checkVersion(recipe, { version: '26.0.1', package: '1:26.0.1-1' }), undefined);
  const candidate = { version: '26.1.0~rc1', package: '1:26.1.0~rc1-1' };
  t.throws(() => checkVersion(recipe, candidate), { code: 'version-differs' });
});

interface Rows {
  readonly releases: readonly Readonly<Record<string, unknown>>[];
}

/** The shipped catalogue after a change of its rows: as it is where Debian has moved on since. */
async function changedCatalogue(
  change: (rows: Rows['releases']) => Rows['releases'],
  more: Readonly<Record<string, unknown>> = {},
) {
  const shipped = parse(await readFile(CATALOGUE_FILE, 'utf8')) as Rows;
  const changed = stringify({ ...shipped, ...more, releases: change(shipped.releases) });
  return parseCatalogue(changed, 'releases.yaml');
}

test('every release of a catalogue that is one point release behind is accepted with a warning', async (t) => {
  const shipped = await loadCatalogue();
  const major = (version: unknown): string => String(version).split('.')[0] ?? '';
  const old = await changedCatalogue((rows) =>
    rows.map((row) => ({ ...row, version: `${major(row['version'])}.0.99` })),
  );
  for (const series of shipped.series) {
    const { version } = shipped.release(series);
    const recipe = subjectImage(heat.imageRecipe, series, old);
    const warning = checkVersion(recipe, { version, package: `1:${version}-1` });
    t.regex(warning ?? '', new RegExp(`^heat ${series}: .* has ${version} .*which is taken$`));
  }
});

test('the catalogue in the error’s hint works: both releases have their images', async (t) => {
  const moved = { version: '27.0.0', package: '1:27.0.0-1' };
  const before = subjectImage(heat.imageRecipe, '2026.1', await loadCatalogue());
  t.throws(() => checkVersion(before, moved), { code: 'version-differs' });
  const catalogue = await changedCatalogue((rows) =>
    rows.flatMap((row) =>
      row['series'] === '2026.1'
        ? [
            { ...row, suite: 'trixie' },
            { ...row, series: 'own', version: moved.version },
          ]
        : [row],
    ),
  );
  t.is(checkVersion(subjectImage(heat.imageRecipe, 'own', catalogue), moved), undefined);
  const named = subjectImage(heat.imageRecipe, '2026.1', catalogue);
  t.is(named.suite, 'trixie');
  t.is(checkVersion(named, { version: '26.0.1', package: '1:26.0.1-1' }), undefined);
});

test('one line of the catalogue pins a suite to a dated archive, and leaves the other images as they are', async (t) => {
  const archive = 'https://archive.example/debian/20261129T000000Z';
  const pinned = await changedCatalogue((rows) => rows, { archives: { forky: archive } });
  const shipped = await loadCatalogue();
  const hashes = async (catalogue: Catalogue): Promise<ReadonlyMap<string, string>> => {
    const images = imagesFor(heat.imageRecipe, catalogue.series, catalogue);
    const inputs = await Promise.all(images.map(readInputs));
    return new Map(inputs.map(({ recipe, hash }) => [recipe.name, hash]));
  };
  const [before, after] = [await hashes(shipped), await hashes(pinned)];
  const changed = [...before].filter(([name, hash]) => after.get(name) !== hash);
  t.deepEqual(
    changed.map(([name]) => name),
    ['heat:2026.1'],
  );

  const base = subjectImage(heat.imageRecipe, '2026.1', pinned).parent;
  if (base === undefined) return t.fail('it stands on nothing');
  t.is(base.archive, archive);
  t.deepEqual(bootstrapArguments(base).slice(-3), ['forky', '-', archive]);
  const [ofToday] = bootstrapArguments({ suite: 'forky' }).slice(-1);
  t.is(ofToday, '-');
  t.not(bootstrapLabel(base), bootstrapLabel({ suite: 'forky' }));
});

test('infrastructure that is swapped to a pinned suite also comes from the archive', async (t) => {
  const archives = { sid: 'http://archive.test/debian' };
  const pinned = await changedCatalogue((rows) => rows, { archives });
  const { parent } = swappedImage({ service: 'haproxy', suite: 'sid' }, pinned);
  t.is(parent?.archive, archives.sid);
});

for (const [archives, message] of [
  [
    { forki: 'https://a.test/' },
    /archives\.forki: nothing is built from forki.*did you mean forky\?/,
  ],
  [{ forky: 'yesterday' }, /archives\.forky: expected an http or https address/],
  [{ forky: 'https://a.test/ "b"' }, /archives\.forky: expected an http or https address/],
] as const) {
  test(`a catalogue with archives ${JSON.stringify(archives)} is refused`, async (t) => {
    const refused = changedCatalogue((rows) => rows, { archives });
    await t.throwsAsync(refused, { code: 'invalid-catalogue', message });
  });
}
