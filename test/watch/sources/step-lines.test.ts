import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { followLines, type SourceEnd } from '../../../src/watch/sources/lines.ts';
import { patternIn, STEP_LINES, stepIn } from '../../../src/watch/sources/step-lines.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const nameIn = (line: string): string | undefined => stepIn(line, STEP_LINES, 1)?.text;

test('a line with which Ansible or grenade begins a task is a step; their other lines are not', (t) => {
  t.is(
    nameIn('TASK [heat : Running Heat bootstrap container] ****************'),
    'heat : Running Heat bootstrap container',
  );
  t.is(nameIn('RUNNING HANDLER [Restart heat-api container] *****'), 'Restart heat-api container');
  t.is(nameIn('\u001B[0;32mTASK [Gathering Facts] *****\u001B[0m'), 'Gathering Facts');
  t.is(
    nameIn('2026-01-08 14:49:48.123 | #  Shutting down all services on base devstack...'),
    'Shutting down all services on base devstack...',
  );
  t.is(nameIn('2026-01-08 14:49:48.123 | Upgrading project: heat'), 'Upgrading project: heat');
  for (const line of [
    'ok: [ctl1]',
    'PLAY RECAP *********',
    '2026-01-08 14:49:48 | #********************************************',
    'changed: [ctl1] => (item=# not a step)',
  ]) {
    t.is(nameIn(line), undefined, line);
  }
});

test('a pattern of the user’s names the step and its node', (t) => {
  const patterns = [patternIn('^== (?<text>.*) on (?<node>\\S+)$')];
  t.deepEqual(stepIn('== restart heat-api on ctl2', patterns, 5), {
    time: 5,
    text: 'restart heat-api',
    node: 'ctl2',
  });
  t.throws(() => patternIn('('), { code: 'invalid-option' });
});

test('lines of a file are read from now on, also if the file is made later', async (t) => {
  const file = join(temporaryFolder(), 'roll.log');
  const { promise, resolve } = Promise.withResolvers<string>();
  const lines = followLines(file, resolve, ({ why }) => t.fail(why));
  // Until the line is seen: lines from before the reading began are skipped.
  const writing = setInterval(() => appendFileSync(file, 'TASK [first] ****\n'), 50);
  t.is(await promise, 'TASK [first] ****');
  clearInterval(writing);
  await lines.stop();
});

test('a command’s lines are read, and its end is reported', async (t) => {
  const seen: string[] = [];
  const { promise, resolve } = Promise.withResolvers<SourceEnd>();
  const lines = followLines('|echo one; echo two; exit 3', (line) => seen.push(line), resolve);
  const { isSuccess, why } = await promise;
  t.false(isSuccess);
  t.regex(why, /exit code 3/);
  t.deepEqual(seen, ['one', 'two']);
  await lines.stop();
});

test('of a line without an end, only the beginning is kept', async (t) => {
  const { promise, resolve } = Promise.withResolvers<SourceEnd>();
  const seen: string[] = [];
  const command = "|head -c 3000000 /dev/zero | tr '\\0' x; echo; printf last";
  const lines = followLines(command, (line) => seen.push(line), resolve);
  await promise;
  await lines.stop();
  t.is(seen.length, 2);
  t.true((seen[0]?.length ?? Infinity) < 200_000);
  t.is(seen[1], 'last');
});
