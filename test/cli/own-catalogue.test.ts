import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { CATALOGUE_FILE } from '../../src/release/catalogue.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { rollgate } from './rollgate.ts';

test('the user’s own catalogue replaces the shipped one', async (t) => {
  const own = join(temporaryFolder(), 'releases.yaml');
  const text = await readFile(CATALOGUE_FILE, 'utf8');
  await writeFile(own, text.replace('version: 26.0.1', 'version: 26.0.2'));
  const { stdout } = await rollgate(['plan'], { env: { ROLLGATE_RELEASES: own } });
  t.regex(stdout, /^target +2026\.1 \(heat 26\.0\.2,/m);
  const missing = await rollgate(['plan'], {
    env: { ROLLGATE_RELEASES: '/nowhere/releases.yaml' },
  });
  t.is(missing.exitCode, 104);
  t.regex(missing.stderr, /\/nowhere\/releases\.yaml/);
});

test('the user’s own catalogue applies only to the software that it names', async (t) => {
  const env = { ROLLGATE_RELEASES: CATALOGUE_FILE };
  const { stdout } = await rollgate(['plan', '--subject', 'ironic'], { env });
  t.regex(stdout, /^base +2025\.1 \(ironic 29\./m);
});
