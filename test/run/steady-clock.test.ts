import test from 'ava';
import { withSteadyClock } from '../../src/run/steady-clock.ts';

const DONE = { outcome: 'completed' } as const;

test('a run whose machine’s clock was set says nothing: its logs and its requests have other times', (t) => {
  for (const stepped of [3000, -3000]) {
    const end = withSteadyClock(DONE, { wallMs: 120_000 + stepped, runMs: 120_000 });
    t.is(end.outcome, 'failed');
    t.is(end.error?.code, 'clock-set');
    t.regex(end.error?.message ?? '', /was set (forward|back) by 3\.0 s/);
  }
});

test('a clock that is adjusted slowly is no reason, and a run that failed keeps its own', (t) => {
  t.deepEqual(withSteadyClock(DONE, { wallMs: 120_100, runMs: 120_000 }), DONE);
  const held = { wallMs: 7_203_600, runMs: 7_200_000 };
  t.deepEqual(withSteadyClock(DONE, held), DONE, 'two hours');
  const failed = { outcome: 'failed', error: { code: 'other', message: 'x' } } as const;
  t.deepEqual(withSteadyClock(failed, { wallMs: 190_000, runMs: 120_000 }), failed);
});
