import { stripVTControlCharacters } from 'node:util';
import test from 'ava';
import { exitStatusOfError, formatError } from '../../src/cli/errors.ts';
import { RollgateError } from '../../src/errors.ts';

const plain = { color: false, debug: false };

test('an error has its message, its detail and what to do next', (t) => {
  const error = new RollgateError('not-ready', 'heat-api on node1 does not serve', {
    detail: 'line one\nline two\n',
    hint: 'Look at its log.',
  });
  t.is(
    formatError(error, plain),
    `error: heat-api on node1 does not serve
  line one
  line two
hint: Look at its log.`,
  );
});

test('an error’s place comes before its message', (t) => {
  const place = { file: 's.yaml', line: 3, column: 5 };
  const error = new RollgateError('invalid-scenario', 'wrong', { place });
  t.is(formatError(error, plain), 'error: s.yaml:3:5: wrong');
});

test('a message that already contains the place does not get it twice', (t) => {
  const place = { file: 's.yaml', line: 3, column: 5 };
  const error = new RollgateError(
    'invalid-scenario',
    'two problems\ns.yaml:3:5: a\ns.yaml:4:1: b',
    {
      place,
    },
  );
  t.is(formatError(error, plain), 'error: two problems\n  s.yaml:3:5: a\n  s.yaml:4:1: b');
});

test('any other error is reported as a bug', (t) => {
  const text = formatError(new TypeError('x is not a function'), plain);
  t.is(
    text,
    `error: a bug in rollgate: x is not a function
hint: Run it again with --debug for the stack, and report it with that.`,
  );
});

test('the stack and the causes are shown only on request', (t) => {
  const error = new RollgateError('did-not-serve', 'outer', { cause: new Error('inner') });
  t.notRegex(formatError(error, plain), /at .*errors\.test\.ts/);
  const text = formatError(error, { color: false, debug: true });
  t.regex(text, /at .*errors\.test\.ts/);
  t.regex(text, /inner/);
});

test('colour changes nothing but the colour', (t) => {
  const error = new RollgateError('did-not-serve', 'a\nb', { detail: 'c', hint: 'd' });
  const colored = formatError(error, { color: true, debug: false });
  t.not(colored, formatError(error, plain));
  t.is(stripVTControlCharacters(colored), formatError(error, plain));
});

test('the exit status shows who has to act', (t) => {
  const status = (kind: 'usage' | 'harness' | 'aborted') =>
    exitStatusOfError(new RollgateError('did-not-serve', 'x', { kind }));
  t.deepEqual([status('harness'), status('usage'), status('aborted')], [1, 104, 105]);
  t.is(exitStatusOfError(new Error('x')), 1);
});
