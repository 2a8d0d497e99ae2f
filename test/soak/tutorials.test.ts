import test from 'ava';
import { tutorial, TUTORIALS, typed } from '../package/tutorial.ts';

for (const name of TUTORIALS) {
  test(`${name}: an empty folder to a result`, async (t) => {
    t.timeout(60 * 60_000);
    const took = await typed(t, await tutorial(name));
    for (const [command, seconds] of took) t.log(`${seconds} s  ${command}`);
    const sum = took.reduce((before, [, seconds]) => before + seconds, 0);
    t.log(`${Math.round(sum)} s in all`);
  });
}
