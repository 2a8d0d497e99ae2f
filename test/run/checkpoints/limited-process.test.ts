import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { processEndInWords } from '../../../src/run/checkpoints/hook.ts';
import { runLimited, type LimitedProcess } from '../../../src/run/checkpoints/limited-process.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

/** Runs a shell script, and returns how it ended and its output. */
async function run(script: string, more: Partial<LimitedProcess> = {}) {
  const directory = temporaryFolder();
  const command = join(directory, 'hook.sh');
  writeFileSync(command, script);
  chmodSync(command, 0o755);
  const lines: string[] = [];
  const end = await runLimited({
    command,
    arguments: [],
    environment: {},
    directory,
    limitSeconds: 20,
    signal: new AbortController().signal,
    onLine: (line) => lines.push(line),
    ...more,
  });
  return { end, lines, directory };
}

test('a hook’s output and status are reported, and it gets its own environment', async (t) => {
  const { end, lines } = await run(
    '#!/bin/sh\necho "at $ROLLGATE_CHECKPOINT"\necho no >&2\nexit 3\n',
    {
      environment: { ROLLGATE_CHECKPOINT: 'mixed' },
    },
  );
  t.deepEqual(end, { kind: 'exited', status: 3 });
  t.deepEqual(lines.toSorted(), ['at mixed', 'no']);
});

test('a hook that takes too long is killed with all its processes', async (t) => {
  const script = '#!/bin/sh\nsleep 100 &\necho $! > child\nwait\n';
  const { end, directory } = await run(script, { limitSeconds: 1 });
  t.deepEqual(end, { kind: 'too-long' });
  t.is(processEndInWords(end, 1), 'took longer than 1 s and was ended');
  const child = Number(readFileSync(join(directory, 'child'), 'utf8'));
  // A process that ended may still be there for its parent to ask about.
  const state = (): string => {
    try {
      return /State:\s+(\w)/.exec(readFileSync(`/proc/${child}/status`, 'utf8'))?.[1] ?? '';
    } catch {
      return 'gone';
    }
  };
  while (!['Z', 'X', 'gone'].includes(state())) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  t.pass();
});

test('a hook that cannot be started is reported', async (t) => {
  const { end } = await run('#!/nowhere/sh\n');
  t.is(end.kind, 'not-started');
});

test('an abort of the run ends it', async (t) => {
  const stop = new AbortController();
  const running = run('#!/bin/sh\necho ready\nsleep 100\n', {
    signal: stop.signal,
    onLine: () => stop.abort(),
  });
  await t.throwsAsync(running, { name: 'AbortError' });
});

test('a module’s default function gets the lab as an object; an exception fails the check', async (t) => {
  const runner = fileURLToPath(
    new URL('../../../src/run/checkpoints/module-hook.ts', import.meta.url),
  );
  const module = join(temporaryFolder(), 'hook.ts');
  writeFileSync(
    module,
    'export default ({ nodes, checkpoint }: any) => { console.log(nodes.node1["heat-api"].series); if (checkpoint === "after") throw new Error("no good"); };\n',
  );
  const call = (checkpoint: string) =>
    run('#!/bin/sh\n', {
      command: process.execPath,
      arguments: [runner, module],
      environment: {
        ROLLGATE_CHECKPOINT: checkpoint,
        ROLLGATE_NODES: '{"node1":{"heat-api":{"series":"2025.1"}}}',
      },
    });
  t.like(await call('before'), { end: { kind: 'exited', status: 0 }, lines: ['2025.1'] });
  const { end, lines } = await call('after');
  t.deepEqual(end, { kind: 'exited', status: 1 });
  t.regex(lines.join('\n'), /Error: no good/);
});
