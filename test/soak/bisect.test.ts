import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { loadCorpus, corpusScenario } from '../../src/hunts/mutants/corpus.ts';
import { BIN } from '../cli/rollgate.ts';
import { rollgate } from '../lab/command.ts';

const directory = await mkdtemp(join(tmpdir(), 'rollgate-test-'));
test.after.always(() => rm(directory, { recursive: true, force: true }));

const tree = join(directory, 'heat');
const LOG = ['heat/engine/worker.py', 'Starting %(topic)s', 'Beginning %(topic)s'] as const;
const RPC = ['heat/rpc/worker_client.py', "version='1.9')", "version='1.10')"] as const;
const SYNTAX = ['heat/engine/resources/openstack/heat/value.py', 'class ', 'klass '] as const;
const VIEW = [
  'heat/api/openstack/v1/views/stacks_view.py',
  'You may obtain',
  'You may get',
] as const;

/** The history after the release: what each commit changes, by a text and what takes its place. */
const HISTORY = [
  ['a log line has another text', LOG],
  ['a resource does not load', SYNTAX],
  ['it loads again', [SYNTAX[0], SYNTAX[2], SYNTAX[1]]],
  ['casts have a version that no engine serves', RPC],
  ['a comment', VIEW],
] as const;

const git = async (...command: readonly string[]): Promise<string> => {
  const identity = [
    '-c',
    'user.name=a',
    '-c',
    'user.email=a@localhost',
    '-c',
    'commit.gpgSign=false',
  ];
  return (await execa('git', ['-C', tree, ...identity, ...command])).stdout;
};

test('bisect finds the bad one among five commits, although one does not build', async (t) => {
  await rollgate('source', 'export', '--series', '2026.1', tree).ended;
  for (const [subject, [file, before, after]] of HISTORY) {
    const text = await readFile(join(tree, file), 'utf8');
    const changed = text.replace(before, after);
    t.not(changed, text, subject);
    await writeFile(join(tree, file), changed);
    await git('commit', '--quiet', '--all', '--message', subject);
  }
  const began = performance.now();
  const options = [
    '--repo',
    tree,
    '--good',
    '26.0.1',
    '--bad',
    'HEAD',
    '--out',
    join(directory, 'runs'),
  ];
  const run = [corpusScenario(await loadCorpus(), 'cold'), '--base-image', '2026.1'];
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    [BIN, 'bisect', ...options, '--', ...run],
    { reject: false, timeout: 1_800_000, env: { CI: 'true' } },
  );
  t.log(
    stderr
      .split('\n')
      .filter((line) => /^(good|bad|skip) /.test(line))
      .join('\n'),
  );
  t.log(`${Math.round((performance.now() - began) / 1000)} s`);
  t.is(exitCode, 0, stderr);
  t.regex(stdout, new RegExp(`^${await git('rev-parse', 'HEAD~1')} is the first bad commit`));
  t.regex(stdout, /RPC version 1\.10\. Attempted method: check_resource/);
  t.regex(stderr, /^skip .*a resource does not load: cannot be built/m);
  t.is(await git('status', '--porcelain'), '');
});
