import test from 'ava';
import { heat } from '../../../src/subject/heat/index.ts';
import { subjectImage } from '../../../src/containers/images/recipe.ts';
import { checkVersion, upstreamVersion } from '../../../src/containers/images/version.ts';
import { RollgateError } from '../../../src/errors.ts';
import { loadCatalogue } from '../../../src/release/catalogue.ts';

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

test('another series than the catalogue’s is an error that says both, and what to write', async (t) => {
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
    /lab\/releases\.yaml: - \{ series: NAME, suite: forky, version: 27\.0\.0 \}/,
  );
});

test("the catalogue's version is no error", async (t) => {
  const recipe = subjectImage(heat.imageRecipe, '2026.1', await loadCatalogue());
  t.notThrows(() => checkVersion(recipe, { version: '26.0.1', package: '1:26.0.1-1' }));
});

test('a point release is taken with a warning, a release candidate is not', async (t) => {
  const recipe = subjectImage(heat.imageRecipe, '2026.1', await loadCatalogue());
  t.is(
    checkVersion(recipe, { version: '26.0.2', package: '1:26.0.2-1' }),
    'heat 2026.1: the catalogue says 26.0.1, Debian forky has 26.0.2 (1:26.0.2-1): a point release, which is taken',
  );
  t.is(checkVersion(recipe, { version: '26.0.1', package: '1:26.0.1-1' }), undefined);
  const candidate = { version: '26.1.0~rc1', package: '1:26.1.0~rc1-1' };
  t.throws(() => checkVersion(recipe, candidate), { code: 'version-differs' });
});
