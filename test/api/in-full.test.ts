import { inspect } from 'node:util';
import test from 'ava';
import { inFull } from '../../src/api/in-full.ts';
import { RollgateError } from '../../src/errors.ts';
import { assertVerdict, Lab, runScenario, verdictMatchers } from '../../src/index.ts';
import { judge } from '../../src/verdict/judge.ts';
import { badRoll } from '../verdict/runs.ts';

test('an error has its detail and its hint in its message, and names each once', async (t) => {
  const thrown = new RollgateError('not-ready', 'node1/heat-api is not ready', {
    detail: 'No such option\n',
    hint: 'Look at its log.',
  });
  const error = await t.throwsAsync(
    inFull(() => Promise.reject(thrown)),
    { is: thrown },
  );
  const all = 'node1/heat-api is not ready\nNo such option\nhint: Look at its log.';
  t.is(error?.message, all);
  t.true(error?.stack?.includes(`${all}\n    at `));
  t.is(thrown.hint, 'Look at its log.');
  t.is(inspect(thrown).split('Look at its log').length, 2);
  // It passes through several calls.
  await t.throwsAsync(
    inFull(() => inFull(() => Promise.reject(thrown))),
    { message: all },
  );
});

test('an error of the user stays as it is', async (t) => {
  const thrown = new TypeError('mine');
  await t.throwsAsync(
    inFull(() => Promise.reject(thrown)),
    { is: thrown, message: 'mine' },
  );
});

test('what a test calls says what to do, in the message', async (t) => {
  const verdict = judge(badRoll().events);
  t.throws(() => assertVerdict({ verdict }).hasNoCause('stuck-unexplaind'), {
    message: /no cause "stuck-unexplaind"\nhint: Did you mean stuck-unexplained\?$/,
  });
  const matcher = () => verdictMatchers.toHaveCause.call({ isNot: true }, { verdict }, 'stuck');
  t.throws(matcher, { message: /no cause "stuck"\nhint: / });
  await t.throwsAsync(runScenario({ scenario: 'defalt' }), { message: /\nhint: Name one of / });
  const start = Lab.start({ series: '2025.1', name: 'a b' });
  await t.throwsAsync(start, { message: /\nhint: For example: Lab\.start\(/ });
  await t.throwsAsync(Lab.attach(''), { message: /\nhint: For example: Lab\.attach\(/ });
});
