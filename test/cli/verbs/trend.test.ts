import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { writeRun } from '../../serve/served.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { badRoll, cleanRoll } from '../../verdict/runs.ts';
import { invoked } from '../rollgate.ts';

function runs(bad: number, clean: number): string {
  const folder = temporaryFolder();
  for (let index = 0; index < bad; index += 1) writeRun(folder, `bad-${index}`, badRoll().events);
  for (let index = 0; index < clean; index += 1) {
    writeRun(folder, `clean-${index}`, cleanRoll().events);
  }
  return folder;
}

test('an exceeded budget ends with status 99; a budget that is not judged does not', async (t) => {
  const lost = ['--budget', 'requests_lost p(50)<=0'];
  const exceeded = await invoked(['trend', runs(5, 0), ...lost]);
  t.is(exceeded.exitCode, 99);
  t.regex(exceeded.stdout, /requests_lost p\(50\)<=0 +5 of 5 +exceeded/);
  const few = await invoked(['trend', runs(1, 1), ...lost]);
  t.is(few.exitCode, 0);
  t.regex(few.stdout, /not judged: too few runs, 5 are needed/);
  const kept = await invoked(['trend', runs(0, 5), ...lost]);
  t.is(kept.exitCode, 0);
  t.regex(kept.stdout, /0 of 5 +kept/);
});

for (const [budget, message] of [
  ['5s', /expected METRIC p\(N\)<LIMIT, found "5s"/],
  ['disruptoin p(95)<5s', /no metric "disruptoin" \(did you mean disruption\?\)/],
  ['disruption p(95)<5', /needs a unit/],
  ['requests_lost p(95)<5s', /has no unit/],
  ['disruption p(100)<5s', /from 1 to 99\.9/],
] as const) {
  test(`an impossible budget is refused: ${budget}`, async (t) => {
    const { exitCode, stderr } = await invoked(['trend', runs(1, 0), '--budget', budget]);
    t.is(exitCode, 104);
    t.regex(stderr, message);
  });
}

test('--html writes the same tables to a page that loads nothing', async (t) => {
  const folder = runs(1, 1);
  const file = join(folder, 'trend.html');
  const budget = ['--budget', 'disruption p(95)<5s'];
  const { exitCode, stderr } = await invoked(['trend', folder, '--html', file, ...budget]);
  t.is(stderr, `the tables are in ${file} too`);
  t.is(exitCode, 0);
  const html = readFileSync(file, 'utf8');
  t.regex(html, /id="trend".*1 of 2 \(.*id="budgets".*too few runs, 59 are needed/s);
  t.regex(html, /default-src &#39;none&#39;/);
  t.notRegex(html, /https?:\/\/|<script/);
});

test('a page that cannot be written is an error with its place', async (t) => {
  const { exitCode, stderr } = await invoked(['trend', runs(1, 0), '--html', '/missing/t.html']);
  t.is(exitCode, 104);
  t.regex(stderr, /cannot write \/missing\/t\.html/);
});
