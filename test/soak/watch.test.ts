import { join } from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { judge, Lab, readRun } from '../../src/index.ts';
import { BIN } from '../cli/rollgate.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const directory = temporaryFolder();

/** A watch that knows of the lab what an `openstack` client knows. */
function startWatch(env: Readonly<Record<string, string>>, out: string) {
  return execa(
    process.execPath,
    [BIN, 'watch', '--name', 'soak', '--out', out, '--rate', '20', '--json'],
    { env: { ...env, CI: 'true' }, reject: false },
  );
}

test('a watch beside a roll sees what the run that rolls sees, and names the step', async (t) => {
  await using lab = await Lab.start({ series: '2025.1', topology: '2x2' });
  const env = await lab.env();
  const out = join(directory, 'watch');
  const watching = startWatch(env, out);
  const mark = async (...args: readonly string[]): Promise<void> => {
    await execa(process.execPath, [BIN, 'mark', '--name', 'soak', ...args]);
  };
  for await (const line of watching.iterable({ from: 'stderr' })) {
    if (line.startsWith('watching')) break;
  }
  const rolled = await lab.upgrade({
    to: '2026.1',
    choreography: 'script',
    roll: async (rolling) => {
      await mark('move the schema');
      await rolling.dbSync();
      for (const node of ['node1', 'node2']) {
        await mark(`swap heat-api on ${node}`, '--node', node, '--service', 'heat-api');
        await rolling.service(`${node}/heat-api`).swap();
        await mark(`swap heat-engine on ${node}`, '--node', node, '--service', 'heat-engine');
        await rolling.service(`${node}/heat-engine`).swap();
      }
    },
    directory: join(directory, 'run'),
  });
  await mark('end');
  const { exitCode } = await watching;
  t.is(exitCode, 0);
  const seen = judge(await readRun(out));
  const stepsOf = ({ api, steps }: typeof seen): readonly string[] =>
    [...new Set(api.lost.map(({ step }) => steps.find(({ id }) => id === step)?.name ?? 'none'))]
      .map((name) => /heat-\S+ on node\d/.exec(name)?.[0] ?? name)
      .toSorted();
  t.log(
    stepsOf(rolled.verdict),
    stepsOf(seen),
    rolled.verdict.api.together.all.map(({ seconds }) => seconds),
    seen.api.together.all.map(({ seconds }) => seconds),
  );
  t.deepEqual(stepsOf(seen), stepsOf(rolled.verdict));
  t.is(seen.stacks.lost + seen.stacks.stuck, 0);
});
