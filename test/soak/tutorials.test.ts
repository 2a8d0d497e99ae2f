import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { pack } from '../../packaging/pack.ts';
import { tutorial, TUTORIALS, typed } from '../package/tutorial.ts';

for (const name of TUTORIALS) {
  test(`${name}: an empty folder to a result`, async (t) => {
    t.timeout(60 * 60_000);
    const folder = await mkdtemp(join(tmpdir(), 'rollgate-package-'));
    t.teardown(() => rm(folder, { recursive: true, force: true }));
    const tarball = await pack(folder);
    const took = await typed(t, await tutorial(name), tarball);
    for (const [command, seconds] of took) t.log(`${seconds} s  ${command}`);
    const sum = took.reduce((before, [, seconds]) => before + seconds, 0);
    t.log(`${Math.round(sum)} s in all`);
  });
}
