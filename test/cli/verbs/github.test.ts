import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { reportToGithub } from '../../../src/cli/verbs/result/github.ts';
import { encodeEvent } from '../../../src/events/codec.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { badRoll } from '../../verdict/runs.ts';
import { invoked } from '../rollgate.ts';

async function savedRun(): Promise<string> {
  const folder = temporaryFolder();
  await writeFile(join(folder, 'events.ndjson'), badRoll().events.map(encodeEvent).join(''));
  return folder;
}

test('a step of a GitHub workflow gets annotations, and its summary is appended', async (t) => {
  const folder = await savedRun();
  const summary = join(folder, 'summary.md');
  await writeFile(summary, 'before\n');
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary };
  const { exitCode, stdout } = await invoked(['report', folder], env);
  t.is(exitCode, 0);
  t.regex(await readFile(summary, 'utf8'), /^before\n## ❌ FAILED/);
  t.regex(stdout, /^::error title=rollgate failed%3A heat 2025\.1 → 2026\.1::/m);
});

test('outside GitHub there are no annotations', async (t) => {
  const { stdout } = await invoked(['report', await savedRun()], { GITHUB_STEP_SUMMARY: '' });
  t.notRegex(stdout, /::/);
});

test('JSON on standard output contains no annotations', async (t) => {
  const folder = temporaryFolder();
  const summary = join(folder, 'summary.md');
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary };
  const commands: string[] = [];
  const stderr = (): void => t.fail();
  const context = { env, stderr, command: (text: string) => commands.push(text) };
  const result = { verdict: judge(badRoll().events), directory: folder };
  await reportToGithub(context, result, { json: true });
  t.deepEqual(commands, []);
  t.regex(await readFile(summary, 'utf8'), /FAILED/);
  await reportToGithub(context, result, {});
  t.is(commands.length, 1);
});

test('an error of rollgate itself is an annotation too', async (t) => {
  const env = { GITHUB_ACTIONS: 'true' };
  const { exitCode, stderr } = await invoked(['report', temporaryFolder()], env);
  t.is(exitCode, 104);
  t.regex(stderr, /^::error title=rollgate could not do it::there is no event file /);
  t.notRegex((await invoked(['report', temporaryFolder()])).stderr, /::/);
});

test('an error message cannot command the workflow', async (t) => {
  const env = { GITHUB_ACTIONS: 'true' };
  const { stderr } = await invoked(['report', '/tmp/x\n::stop-commands::x\n##[group]y'], env);
  const lines = stderr.split('\n').filter((line) => /^\s*::|##\[/.test(line));
  t.is(lines.length, 1);
  t.regex(lines[0] ?? '', /^::error title=rollgate could not do it::.*%0A::stop-commands::x%0A/);
});
