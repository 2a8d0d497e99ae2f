import test from 'ava';
import { checkRoom } from '../../../src/containers/images/disk.ts';
import { baseImage } from '../../../src/containers/images/recipe.ts';
import { RollgateError } from '../../../src/errors.ts';

const images = [baseImage('trixie'), baseImage('forky')];

test('a disk without room for the images is an error that says how much is needed', (t) => {
  const disk = { folder: '/var/lib/docker', freeGigabytes: 0.5 };
  const error = t.throws(() => checkRoom(disk, images), { instanceOf: RollgateError });
  t.is(error.code, 'no-disk');
  t.regex(error.message, /0\.5 GB free.*base:trixie, base:forky.*0\.8 GB/);
});

test('a disk with enough room, or one that cannot be inspected, is no error', (t) => {
  t.notThrows(() => checkRoom({ folder: '/', freeGigabytes: 10 }, images));
  t.notThrows(() => checkRoom(undefined, images));
});
