import { readFile } from 'node:fs/promises';
import test from 'ava';
import { invoked } from './rollgate.ts';

test('--help goes to standard output, with the verbs, examples and exit statuses', async (t) => {
  const { exitCode, stdout, stderr } = await invoked(['--help']);
  t.is(exitCode, 0);
  t.is(stderr, '');
  for (const part of [/^Usage: rollgate <verb>/, /^ {2}plan /m, /^Examples:/m, /^ {2}104 /m]) {
    t.regex(stdout, part);
  }
});

test('every example of the help is a command that is understood', async (t) => {
  const { stdout } = await invoked(['--help']);
  const examples = [...stdout.matchAll(/^ {2}rollgate (.*?) {2,}/gm)].map(([, args]) => args ?? '');
  t.true(examples.length > 0);
  for (const example of examples) {
    const { exitCode } = await invoked([...example.split(' '), '--help']);
    t.is(exitCode, 0, example);
  }
});

test('--version is the version of the package', async (t) => {
  const { exitCode, stdout } = await invoked(['--version']);
  t.is(exitCode, 0);
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  t.is(stdout, JSON.parse(text).version);
});

const misused = test.macro({
  title: (_, args: readonly string[]) => `rollgate ${args.join(' ')} ends with 104`,
  exec: async (t, args: readonly string[], message: RegExp) => {
    const { exitCode, stdout, stderr } = await invoked(args);
    t.is(exitCode, 104);
    t.is(stdout, '');
    t.regex(stderr, message);
    t.notRegex(stderr, /^ +at /m);
  },
});

test(misused, [], /Usage: rollgate/);
test(misused, ['paln'], /unknown command 'paln'\s+\(Did you mean plan\?\)/);
test(misused, ['plan', '--form', '2025.1'], /unknown option '--form'\s+\(Did you mean --from\?\)/);
test(misused, ['plan', '--to'], /argument missing/);
test(misused, ['plan', 'a', 'b'], /too many arguments/);
test(misused, ['plan', '--set', 'x'], /--set x: expected path=value/);

test('--debug shows the stack of an error', async (t) => {
  const { stderr } = await invoked(['plan', 'nope', '--debug']);
  t.regex(stderr, /^ +at /m);
});
