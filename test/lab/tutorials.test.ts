import test from 'ava';
import { installedRollgate } from '../package/consumer.ts';
import { tutorial, typed } from '../package/tutorial.ts';

let installed: string;
test.before('install rollgate', async (t) => {
  t.timeout(10 * 60_000);
  installed = await installedRollgate(process.execPath);
});

for (const name of ['heat-developer', 'zuul'] as const) {
  test(`every command of ${name} that looks into an image does what the page promises`, async (t) => {
    const took = await typed(t, await tutorial(name), { installed, without: ['lab'] });
    t.log(JSON.stringify(took));
  });
}
