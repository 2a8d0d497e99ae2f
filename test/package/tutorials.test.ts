import test from 'ava';
import { installedRollgate } from './consumer.ts';
import { blocksOf, isPrinted, tutorial, TUTORIALS, typed } from './tutorial.ts';

let installed: string;
test.before('install rollgate', async (t) => {
  t.timeout(10 * 60_000);
  installed = await installedRollgate(process.execPath);
});

/** No engine answers there: a command that wants one fails. */
const NO_ENGINE = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };

for (const name of TUTORIALS) {
  test(`every command of ${name} that needs no lab does what the page promises`, async (t) => {
    t.timeout(10 * 60_000);
    const blocks = (await tutorial(name)).filter(({ lab }) => !lab);
    t.true(blocks.length > 0);
    t.log(JSON.stringify(await typed(t, blocks, { environment: NO_ENGINE, installed })));
  });
}

test('a line is found by its parts in their order', (t) => {
  t.true(isPrinted('a … c', 'x\na  b c d'));
  t.false(isPrinted('c … a', 'a b c'));
  t.deepEqual(blocksOf('```sh lab 99\na\n```\n\n```text\nb\n```\n'), [
    { commands: 'a\n', lab: true, status: 99, printed: ['b'] },
  ]);
});
