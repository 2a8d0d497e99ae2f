import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { wantedImages } from '../../../src/cli/options/images.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

test('the images of a scenario are also those of the infrastructure that it swaps, old and new', async (t) => {
  const scenario = join(temporaryFolder(), 'galera.yaml');
  await writeFile(
    scenario,
    'name: galera\nbase: 2026.1\ntarget: base\nchoreography: none\ninfrastructure: { mysql: { from: bookworm, to: trixie }, haproxy: sid }\n',
  );
  const names = (await wantedImages({ series: [], scenario })).map(({ name }) => name);
  for (const name of ['heat:2026.1', 'mysql', 'mysql:bookworm', 'mysql:trixie', 'haproxy:sid']) {
    t.true(names.includes(name), `${name} in ${names.join(', ')}`);
  }
  t.false(names.includes('haproxy:bookworm'));
});
