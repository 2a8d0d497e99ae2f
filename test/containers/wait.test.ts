import test from 'ava';
import { waitFor } from '../../src/containers/wait.ts';
import { RollgateError } from '../../src/errors.ts';

const never = () => new Promise<never>(() => {});

test('a value ends the wait', async (t) => {
  let looks = 0;
  const value = await waitFor(
    { what: 'the third look', limitSeconds: 30, everyMs: 1 },
    async () => {
      looks += 1;
      return looks < 3 ? { notYet: `look ${looks}` } : { value: looks };
    },
  );
  t.is(value, 3);
});

test('at the limit the error names the awaited thing and the last observation', async (t) => {
  const wait = waitFor({ what: 'Godot', limitSeconds: 0.05, everyMs: 1 }, async () => ({
    notYet: 'a boy',
  }));
  await t.throwsAsync(wait, {
    instanceOf: RollgateError,
    code: 'timed-out',
    message: 'waited 0.05 s for Godot; last seen: a boy',
  });
});

test('the caller gives the code and the hint', async (t) => {
  const options = {
    what: 'Godot',
    limitSeconds: 0,
    code: 'did-not-serve',
    hint: 'ask Vladimir',
  } as const;
  const error = await t.throwsAsync(waitFor(options, never), { code: 'did-not-serve' });
  t.is(error instanceof RollgateError ? error.hint : undefined, 'ask Vladimir');
});

test('an error of a look does not end the wait; it counts as what was seen', async (t) => {
  const wait = waitFor({ what: 'an answer', limitSeconds: 0.05, everyMs: 1 }, () =>
    Promise.reject(new Error('ECONNREFUSED')),
  );
  await t.throwsAsync(wait, { message: /last seen: ECONNREFUSED$/ });
});

test('a RollgateError of a look ends the wait at once', async (t) => {
  let looks = 0;
  const wait = waitFor({ what: 'an answer', limitSeconds: 60, everyMs: 1 }, () => {
    looks += 1;
    return Promise.reject(new RollgateError('did-not-serve', 'it exited with 3'));
  });
  await t.throwsAsync(wait, { code: 'did-not-serve' });
  t.is(looks, 1);
});

test('a look that never ends is abandoned at the limit', async (t) => {
  const wait = waitFor({ what: 'an answer', limitSeconds: 0.05 }, never);
  await t.throwsAsync(wait, { code: 'timed-out', message: /last seen: nothing yet$/ });
});

test('an abort ends it with its reason, also while a look is under way', async (t) => {
  const controller = new AbortController();
  const { signal } = controller;
  const wait = waitFor({ what: 'an answer', limitSeconds: 60, signal }, never);
  controller.abort(new Error('Ctrl-C'));
  await t.throwsAsync(wait, { message: 'Ctrl-C' });
});

test('an abort ends the pause between two looks', async (t) => {
  const controller = new AbortController();
  const { signal } = controller;
  const looked = Promise.withResolvers<void>();
  const wait = waitFor({ what: 'x', limitSeconds: 60, everyMs: 60_000, signal }, async () => {
    looked.resolve();
    return { notYet: 'x' };
  });
  await looked.promise;
  controller.abort(new Error('Ctrl-C'));
  await t.throwsAsync(wait, { message: 'Ctrl-C' });
});

test('after an abort there is no further look', async (t) => {
  const signal = AbortSignal.abort(new Error('Ctrl-C'));
  const wait = waitFor({ what: 'x', limitSeconds: 60, signal }, () => {
    t.fail();
    return never();
  });
  await t.throwsAsync(wait, { message: 'Ctrl-C' });
});
