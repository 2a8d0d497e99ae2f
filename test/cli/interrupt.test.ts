import { EventEmitter } from 'node:events';
import test from 'ava';
import { SAME_PRESS_MS, watchInterrupts } from '../../src/cli/interrupt.ts';

function watched() {
  const source = new EventEmitter();
  const said: string[] = [];
  const clock = { now: 1000 };
  let ended = 0;
  const interrupts = watchInterrupts(source, {
    say: (text) => said.push(text),
    exitAtOnce: () => {
      ended += 1;
    },
    now: () => clock.now,
  });
  return { source, said, clock, interrupts, ended: () => ended };
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  test(`the first ${signal} aborts, and a message says what happens next`, (t) => {
    const { source, said, interrupts, ended } = watched();
    t.false(interrupts.signal.aborted);
    source.emit(signal);
    t.true(interrupts.signal.aborted);
    t.true(interrupts.interrupted());
    t.deepEqual(said, ['cleaning up; press Ctrl-C again to stop at once']);
    t.is(ended(), 0);
  });
}

test('the second stops at once', (t) => {
  const { source, clock, ended } = watched();
  source.emit('SIGINT');
  clock.now += SAME_PRESS_MS + 1;
  source.emit('SIGINT');
  t.is(ended(), 1);
});

test('a second SIGHUP does not stop at once: one closed terminal sends several', (t) => {
  const { source, clock, ended } = watched();
  source.emit('SIGHUP');
  clock.now += 5000;
  source.emit('SIGHUP');
  t.is(ended(), 0);
  source.emit('SIGTERM');
  t.is(ended(), 1);
});

test('one key press that arrives twice counts once', (t) => {
  const { source, said, clock, ended } = watched();
  source.emit('SIGINT');
  clock.now += 5;
  source.emit('SIGINT');
  t.is(ended(), 0);
  t.is(said.length, 1);
});

test('an abort for another reason is not an interrupt', (t) => {
  const { said, interrupts } = watched();
  interrupts.abort();
  t.true(interrupts.signal.aborted);
  t.false(interrupts.interrupted());
  t.deepEqual(said, []);
});
