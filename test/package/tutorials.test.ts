import test from 'ava';
import { installedRollgate } from './consumer.ts';
import { NO_ENGINE } from './readme-example.ts';
import { blocksOf, isPrinted, tutorial, TUTORIALS, typed } from './tutorial.ts';

let installed: string;
test.before('install rollgate', async (t) => {
  t.timeout(10 * 60_000);
  installed = await installedRollgate(process.execPath);
});

for (const name of TUTORIALS) {
  test(`every command of ${name} that needs no lab does what the page promises`, async (t) => {
    t.timeout(10 * 60_000);
    const without = ['images', 'lab'] as const;
    const given = { environment: NO_ENGINE, installed, without };
    const took = await typed(t, await tutorial(name), given);
    t.true(took.length > 0);
    t.log(JSON.stringify(took));
  });
}

test('a line is found by its parts in their order', (t) => {
  t.true(isPrinted('a … c', 'x\na  b c d'));
  t.false(isPrinted('c … a', 'a b c'));
  t.deepEqual(blocksOf('```sh lab 99\na\n```\n\n```text\nb\n```\n'), [
    { commands: 'a\n', needs: 'lab', status: 99, printed: ['b'] },
  ]);
  t.throws(() => blocksOf('```sh lap\na\n```\n'), { message: /need lap/ });
});
