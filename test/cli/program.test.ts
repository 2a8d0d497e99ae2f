import { readFile } from 'node:fs/promises';
import test from 'ava';
import { EXAMPLES } from '../../src/cli/examples.ts';
import { invoked } from './rollgate.ts';

test('--help goes to standard output, with the verbs, examples and exit statuses', async (t) => {
  const { exitCode, stdout, stderr } = await invoked(['--help']);
  t.is(exitCode, 0);
  t.is(stderr, '');
  for (const part of [/^Usage: rollgate <verb>/, /^ {2}plan /m, /^Examples:/m, /^ {2}104 /m]) {
    t.regex(stdout, part);
  }
});

test('every example of the help is a valid command', async (t) => {
  const { stdout } = await invoked(['--help']);
  const examples = [...stdout.matchAll(/^ {2}rollgate (.*?) {2,}/gm)].map(([, args]) => args ?? '');
  t.true(examples.length > 0);
  for (const example of examples) {
    const { exitCode } = await invoked([...example.split(' '), '--help']);
    t.is(exitCode, 0, example);
  }
});

test('the lists of a verb’s help fit a terminal', async (t) => {
  const { stdout } = await invoked(['run', '--help']);
  const lists = /^Scenarios:[^]*?(?=^Examples)/m.exec(stdout)?.[0] ?? '';
  t.regex(lists, /^Topologies: 1x1/m);
  for (const line of lists.split('\n')) t.true(line.length <= 80, line);
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

test(misused, ['run', 'change'], /there is no change to try\n.*--to dir:PATH/);
test(misused, ['preflight', 'change', '--to', '2026.1'], /base and target are both 2026\.1/);
test(misused, [], /Usage: rollgate/);
test(misused, ['paln'], /unknown command 'paln'\s+\(Did you mean plan\?\)/);
test(misused, ['plan', '--form', '2025.1'], /unknown option '--form'\s+\(Did you mean --from\?\)/);
test(misused, ['plan', '--to'], /argument missing/);
test(misused, ['plan', 'a', 'b'], /too many arguments/);
test(misused, ['plan', '--set', 'x'], /--set x: expected path=value/);

// An option that failed is named once, and not by the key that it sets as well.
test(misused, ['plan', '--seed', 'abc'], /^error: --seed: expected a number/);
test(
  misused,
  ['plan', '--set', 'load.workload.rat=1'],
  /^error: --set load\.workload\.rat: unknown key \(did you mean rate\?\)/,
);
test(
  misused,
  ['plan', '--set', 'load={workload: {rate: x}}'],
  /^error: --set load: workload\.rate: /,
);
// A part of a name is as good as a misspelt one.
test(
  misused,
  ['plan', '--require', 'zero-downtime'],
  /^error: --require: .*did you mean supports-zero-downtime-upgrade\?/,
);
test(misused, ['explain', 'rolling upgrade'], /did you mean supports-rolling-upgrade\?/);
test(
  misused,
  ['trend'],
  /missing required argument 'dirs'\s+hint: For example: rollgate trend runs$/,
);
test(misused, ['completion'], /hint: For example: rollgate completion bash$/);
test(misused, ['images', 'load'], /hint: For example: rollgate images load images\.tar$/);

test(misused, ['run', 'none'], /no scenario none\nhint: rollgate run --choreography none/);
test(
  misused,
  ['run', 'test/runs/fixtures/followed-run'],
  /followed-run is the folder of a run, not a scenario\nhint: rollgate repro test\/runs\/fixtures\/followed-run/,
);
test(misused, ['plan', '2x2'], /hint: rollgate plan --topology 2x2/);
test(misused, ['plan', '2026.2'], /hint: rollgate plan --to 2026\.2/);
test(misused, ['upgrade'], /unknown command 'upgrade'[\s\S]*hint: rollgate run/);
test(misused, ['gentle'], /hint: rollgate run gentle/);
test(misused, ['toString'], /unknown command 'toString'/);
test(misused, ['plan', '--progress', 'loud'], /Allowed choices are auto, tty, plain, json, quiet/);
test(
  misused,
  ['schema', 'scenaro'],
  /^error: argument 'what': 'scenaro' is invalid\. Allowed choices are scenario, .*\s+hint: Did you mean scenario\?$/,
);
test(misused, ['init', '--ci', 'jenkins'], /Allowed choices are .*\.$/);
test(misused, ['init', '--ci', 'gitlb'], /\s+hint: Did you mean gitlab\?$/);
test(misused, ['up', '--config', 'x'], /--config x: expected SECTION\.KEY=VALUE/);
test(misused, ['compose', '--config', 'a.b=c'], /unknown option '--config'/);

/** Every verb that does something, as it is typed. */
async function leafVerbs(): Promise<readonly string[]> {
  const { stdout } = await invoked(['completion', 'bash']);
  const paths = [...stdout.matchAll(/^ {4}'([a-z -]+)'\)$/gm)].map(([, path = '']) => path);
  return paths.filter(
    (path) => path !== 'help' && !paths.some((other) => other.startsWith(`${path} `)),
  );
}

test('the help of every verb has valid examples', async (t) => {
  const verbs = await leafVerbs();
  t.true(verbs.length > 35);
  const groups = new Set(verbs.flatMap((verb) => verb.split(' ').slice(0, -1)));
  t.true(groups.has('images'));
  for (const verb of [...verbs, ...groups]) {
    const { stdout } = await invoked([...verb.split(' '), '--help']);
    t.regex(stdout, /^Examples:$/m, verb);
  }
  t.deepEqual(
    Object.keys(EXAMPLES).filter((verb) => !verbs.includes(verb)),
    [],
  );
  for (const [example] of Object.values(EXAMPLES).flat()) {
    const [own = ''] = example.split(' -- ');
    const { exitCode, stderr } = await invoked([...own.split(' ').slice(1), '--help']);
    t.is(exitCode, 0, `${example}: ${stderr}`);
  }
});

test('--debug shows the stack of an error', async (t) => {
  const { stderr } = await invoked(['plan', 'nope', '--debug']);
  t.regex(stderr, /^ +at /m);
});
