import test from 'ava';
import { resolveRelease } from '../../src/release/resolve.ts';
import { catalogue } from '../plan/planned.ts';

test('a series has the catalogue’s version, and its image', (t) => {
  t.deepEqual(resolveRelease({ kind: 'series', series: '2026.1' }, 'heat', catalogue), {
    series: '2026.1',
    version: '26.0.1',
    image: 'rollgate/heat:2026.1',
  });
});

test('the version of an image is unknown until the image is inspected', (t) => {
  t.deepEqual(resolveRelease({ kind: 'image', image: 'x/heat:1' }, 'heat', catalogue), {
    series: 'image',
    version: 'unknown',
    image: 'x/heat:1',
  });
});
