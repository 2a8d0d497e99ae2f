import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { labName, removeLabs, rollgate } from '../lab/command.ts';

const directory = await mkdtemp(join(tmpdir(), 'rollgate-test-'));
test.after.always(removeLabs);
test.after.always(() => rm(directory, { recursive: true, force: true }));

const tree = join(directory, 'heat');
const client = join(tree, 'heat/rpc/worker_client.py');

test.before(async () => {
  await rollgate('source', 'export', tree).ended;
});

/** A developer's commands, and after how many seconds their lines appeared. */
async function run(name: string, wanted: readonly RegExp[]) {
  const began = performance.now();
  const seconds = (): number => Math.round((performance.now() - began) / 100) / 10;
  const out = join(directory, name);
  const command = rollgate(
    'run',
    'change',
    '--to',
    `dir:${tree}`,
    '--name',
    labName(name),
    '--out',
    out,
  );
  const said = await Promise.all(
    wanted.map(async (pattern) => {
      await command.said(pattern);
      return seconds();
    }),
  );
  const { exitCode, stdout } = await command.ended;
  return { exitCode, stdout, seconds: { said, all: seconds() } };
}

test.serial(
  'a broken line is named within three minutes, and after the repair the run is green',
  async (t) => {
    const original = await readFile(client, 'utf8');
    const broken = original.replace("version='1.9')", "version='1.10')");
    t.not(broken, original);

    await writeFile(client, broken);
    const red = await run('broken', [
      /blocking.*casts check_resource on engine_worker with RPC version 1\.10/,
      /target heat\/rpc\/worker_client\.py:\d+, base heat\/engine\/worker\.py:\d+/,
      /! node\d\/heat-engine .* check_resource of RPC version 1\.10 was refused/,
    ]);
    t.log(JSON.stringify(red.seconds));
    t.is(red.exitCode, 99);
    t.regex(red.stdout, /every-accepted-operation-completed/);
    const output = red.stdout.replaceAll(/\s+/g, ' ');
    t.regex(output, /took work off the queue, then refused the RPC version of its own release/);
    t.regex(output, /Change 1 of 1 changed statement ran in the mixed state/);
    t.true(Math.max(...red.seconds.said) < 180);

    await writeFile(client, original);
    const green = await run('mended', [/preflight .*: 0 blocking/]);
    t.log(JSON.stringify(green.seconds));
    t.is(green.exitCode, 0, green.stdout);
  },
);

test.serial(
  'a change that never ran is not proven, and the verdict names its function',
  async (t) => {
    const server = join(tree, 'heat/engine/resources/openstack/nova/server.py');
    const original = await readFile(server, 'utf8');
    const changed = original.replace(
      /^( +)def handle_suspend\(self\):\n(?:.*\n)*?(?=\1 +if )/m,
      (head, indent: string) => `${head}${indent}    LOG.debug('to be suspended')\n`,
    );
    t.not(changed, original);
    await writeFile(server, changed);
    const { exitCode, stdout } = await run('unmet', []);
    await writeFile(server, original);
    const output = stdout.replaceAll(/\s+/g, ' ');
    t.is(exitCode, 99, stdout);
    t.regex(output, /NOT PROVEN/);
    t.regex(output, /change-ran/);
    t.regex(
      output,
      /not run: heat\/engine\/resources\/openstack\/nova\/server\.py:\d+ \(Server\.handle_suspend\)/,
    );
  },
);
