import { join } from 'node:path';
import test from 'ava';
import { temporaryFolder } from '../../temporary-folder.ts';
import { invoked } from '../rollgate.ts';

test('a missing folder is refused', async (t) => {
  const { exitCode, stderr } = await invoked(['serve', join(temporaryFolder(), 'missing')]);
  t.is(exitCode, 104);
  t.regex(stderr, /cannot serve the folder .*missing: there is none of that name/);
});

for (const port of ['-1', '65536', 'http', '']) {
  test(`an invalid port is refused: ${JSON.stringify(port)}`, async (t) => {
    const { exitCode, stderr } = await invoked(['serve', temporaryFolder(), `--port=${port}`]);
    t.is(exitCode, 104);
    t.regex(stderr, /--port: expected 0 to 65535/);
  });
}
