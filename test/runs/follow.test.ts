import { fileURLToPath } from 'node:url';
import test from 'ava';
import { follow } from '../../src/runs/follow/follow.ts';
import { trailOf } from '../../src/runs/follow/trail.ts';
import { invoked } from '../cli/rollgate.ts';

/** Cut from a run of the default scenario on 28 November 2026: some lines of 150,000. */
const RUN = fileURLToPath(new URL('fixtures/followed-run', import.meta.url));
const STACK = 'rollgate-1-3-replace';
const LOST = 'req-2a848477-9462-4e01-8d27-a7d5a18ddeca';

function followed(wanted: string) {
  return follow({
    where: RUN,
    wanted,
    openEngine: () => Promise.reject(new Error('a saved run needs no engine')),
    signal: new AbortController().signal,
  });
}

test('a stack is followed through load, balancer, api, engines, messages and steps', async (t) => {
  const entries = await followed(STACK);
  t.deepEqual(
    entries.map(({ at }) => at),
    entries.map(({ at }) => at).toSorted((a, b) => a - b),
  );
  const texts = entries.map(({ by, text }) => `${by}: ${text}`);
  const inOrder = [
    /^roll: step 2\.1 begins: sync the database schema/,
    /^load: stack-create is sent as req-ee422f2e/,
    /^node2\.heat-api\.2025\.1: sends message 935bcce936204c6db515292e75a64d81 to engine/,
    /^node2\.heat-engine\.2025\.1: takes call 935bcce936204c6db515292e75a64d81 off its queue and acknowledges it/,
    // The call's own identity, which no line joins with the reply's.
    /^node2\.heat-engine\.2025\.1: takes up message 84ccd28ae27c46dd810c2c3912d88249/,
    // The engine of Heat 24 knows only the name that heat-api gave the request.
    /^node2\.heat-engine\.2025\.1: INFO heat\.engine\.service Creating stack rollgate-1-3-replace/,
    /^node2\.heat-engine\.2025\.1: sends the reply to 935bcce936204c6db515292e75a64d81/,
    /^node2\.heat-api\.2025\.1: .* received reply msg_id: 935bcce936204c6db515292e75a64d81/,
    /^load: stack-create ends after 1\.07 s: served 201 by node2\/heat-api/,
    /^haproxy: POST .*: 201 from node2\/heat-api after 1072 ms/,
    /^node1\.heat-engine\.2025\.1: takes message 5a6ef88c5dea4698ad71647baebb4152/,
    /^roll: step 4\.1 begins: swap heat-engine on node1 to 2026\.1/,
    /^run: create is completed: CREATE_COMPLETE/,
    /^node1\.heat-api\.2025\.1: ERROR .*MessagingTimeout/,
    /^load: stack-update ends after 0\.00 s: 5xx-balancer 503/,
    /^run: node1\/heat-engine acknowledged message a5dd76f1a07745848e3c149bcea022f7 and never worked on it/,
  ];
  let from = 0;
  for (const wanted of inOrder) {
    const found = texts.findIndex((text, index) => index >= from && wanted.test(text));
    t.true(found >= 0, `${String(wanted)} after ${from}`);
    from = found + 1;
  }
});

test('a stack with a name that begins in the same way is another one', async (t) => {
  const entries = await followed(STACK);
  t.deepEqual(
    entries.filter(({ text }) => text.includes('rollgate-1-30')),
    [],
  );
  t.true((await followed('rollgate-1-30-hold')).length > 0);
  await t.throwsAsync(followed('rollgate-1-3'), { code: 'not-named' });
});

test('a stack is found by its id or by its name', async (t) => {
  t.deepEqual(await followed('34ae77df-0498-44d3-a50b-41eca1425461'), await followed(STACK));
});

test('a request is followed with its messages, and without the stack’s other requests', async (t) => {
  const entries = await followed(LOST);
  const texts = entries.map(({ text }) => text).join('\n');
  t.regex(texts, /resource-list is sent as req-2a848477/);
  t.regex(texts, /sends message a5dd76f1a07745848e3c149bcea022f7 to engine/);
  t.regex(texts, /takes call a5dd76f1a07745848e3c149bcea022f7 off its queue/);
  t.notRegex(texts, /req-54223958|stack-create/);
});

test('an unknown name is refused, with the stack that was probably meant', async (t) => {
  const error = await t.throwsAsync(followed('rollgate-1-3-replacee'), { code: 'not-named' });
  t.regex(error?.message ?? '', /did you mean rollgate-1-3-replace\?/);
});

test('the verb prints a line for each entry, or JSON', async (t) => {
  const { exitCode, stdout } = await invoked(['follow', RUN, STACK]);
  t.is(exitCode, 0);
  t.regex(
    stdout,
    /^ {3}17\.892 s {2}node2\.heat-engine\.2025\.1 {2}INFO heat\.engine\.service Creating/m,
  );
  const json = await invoked(['follow', RUN, STACK, '--json']);
  t.is(JSON.parse(json.stdout).length, stdout.split('\n').length);
  const none = await invoked(['follow', RUN, 'nothing']);
  t.is(none.exitCode, 104);
  t.regex(none.stderr, /nothing in .* names nothing/);
});

test('nested stacks count as the stack, by their names and ids', (t) => {
  const nested = 'parent-group-abcdefghij12';
  const id = '0b518b1d-08db-4c23-9c10-69367eb976f5';
  const line = (text: string) => ({ by: 'log', time: '2026-01-01T00:00:00.000Z', text });
  const texts = (wanted: string) =>
    trailOf(wanted, {
      events: [],
      lines: [
        line(`Creating stack ${nested}`),
        line(`creating X "a" Stack "${nested}" [${id}]`),
        line(`a lock on ${id}`),
        line('Creating stack parent-2'),
        line('Creating stack grandparent'),
      ],
      patterns: undefined,
    }).map(({ text }) => text);
  t.is(texts('parent').length, 3);
  t.deepEqual(texts('parent-2'), ['Creating stack parent-2']);
});
