import test from 'ava';
import { imageDifferences, installedPackages } from '../../../src/containers/images/identity.ts';

const STATUS = `Package: heat-common
Status: install ok installed
Version: 1:26.0.1-2
Description: x
 Version: 9 of the description

Package: gone
Status: deinstall ok config-files
Version: 1.0

Package: python3
Status: hold ok installed
Version: 3.13.5-1
`;

test('the installed packages are listed with their versions', (t) => {
  t.deepEqual(installedPackages(STATUS), { 'heat-common': '1:26.0.1-2', python3: '3.13.5-1' });
});

const image = {
  ref: 'rollgate/heat:2026.1',
  id: 'a',
  inputs: 'i',
  packages: { heat: '1', lib: '2' },
};

test('an image with the same contents counts as the same, whatever its id', (t) => {
  t.deepEqual(imageDifferences([image], [image]), []);
  t.deepEqual(imageDifferences([image], [{ ...image, id: 'b' }]), []);
});

test('differences are named: packages, inputs of the build, missing images', (t) => {
  const other = { ...image, id: 'b', inputs: 'j', packages: { heat: '1.1', more: '3' } };
  t.deepEqual(imageDifferences([image], [other]), [
    'image rollgate/heat:2026.1: it was built from other files of rollgate; heat was 1, here 1.1; lib was 2, here not there; more was not there, here 3',
  ]);
  t.deepEqual(imageDifferences([image], []), ['image rollgate/heat:2026.1 is not used here']);
});

test('a user’s own image is identified only by its packages and its id', (t) => {
  const own = { ...image, inputs: null };
  t.deepEqual(imageDifferences([own], [{ ...own, id: 'b' }]), [
    'image rollgate/heat:2026.1: a was another, here it is b',
  ]);
});

test('if there are many packages, some are named and the others counted', (t) => {
  const packages = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`p${index}`, '1']));
  const [line] = imageDifferences([{ ...image, packages }], [{ ...image, id: 'b', packages: {} }]);
  t.regex(line ?? '', /p5 was 1, here not there; and 3 packages more$/);
});
