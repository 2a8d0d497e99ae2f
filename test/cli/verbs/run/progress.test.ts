import { fileURLToPath } from 'node:url';
import test from 'ava';
import { PROGRESS, type Progress } from '../../../../src/cli/context.ts';
import { progressOfRuns, sayTo } from '../../../../src/cli/verbs/run/run-prepared.ts';
import { badRoll } from '../../../verdict/runs.ts';
import { rollgate } from '../../rollgate.ts';

/** The output of a run on standard error. */
function written(mode: Progress, isTTY: boolean): string {
  let text = '';
  const context = {
    progressMode: () => mode,
    stderr: (line: string) => void (text += `${line}\n`),
    progress: (drawn: string) => void (text += drawn),
    isTTY,
    color: false,
    columns: () => 100,
  };
  sayTo(context)('building heat:2025.1');
  const progress = progressOfRuns(context);
  for (const event of badRoll().events) progress(event);
  return text;
}

const REDRAWN = '\r\u001B[2K';

test('auto draws a line again on a terminal alone; tty and plain say which', (t) => {
  t.true(written('auto', true).includes(REDRAWN));
  t.false(written('auto', false).includes(REDRAWN));
  t.true(written('tty', false).includes(REDRAWN));
  t.false(written('plain', true).includes(REDRAWN));
});

test('with json, each line of standard error is a JSON object, an error too', async (t) => {
  const scenario = fileURLToPath(new URL('../../fixtures/no-seed.yaml', import.meta.url));
  const { exitCode, stderr } = await rollgate(['run', scenario, '--progress', 'json'], {
    env: { DOCKER_HOST: 'unix:///nowhere/docker.sock' },
  });
  t.is(exitCode, 1);
  const lines = stderr.split('\n').map((line): unknown => JSON.parse(line));
  t.like(lines[0], { type: 'progress' });
  t.like(lines.at(-1), { type: 'error', code: 'engine-unreachable' });
});

test('with json, a failed run within a GitHub job writes JSON objects only', async (t) => {
  const scenario = fileURLToPath(new URL('../../fixtures/no-seed.yaml', import.meta.url));
  const { stderr } = await rollgate(['run', scenario, '--progress', 'json'], {
    env: { DOCKER_HOST: 'unix:///nowhere/docker.sock', GITHUB_ACTIONS: 'true' },
  });
  for (const line of stderr.split('\n')) t.is(typeof JSON.parse(line).type, 'string');
});

test('json is a JSON object a line, and quiet is nothing', (t) => {
  const lines = written('json', true).trimEnd().split('\n');
  t.is(lines.length, badRoll().events.length + 1);
  t.deepEqual(JSON.parse(lines[0] ?? ''), { type: 'progress', line: 'building heat:2025.1' });
  for (const line of lines) t.is(typeof JSON.parse(line).type, 'string');
  t.is(written('quiet', true), '');
  t.deepEqual(PROGRESS.length, 5);
});
