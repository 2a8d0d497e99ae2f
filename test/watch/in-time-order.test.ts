import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import type { RunEvent } from '../../src/events/event.ts';
import { inTimeOrder } from '../../src/watch/in-time-order.ts';

function note(at: number): RunEvent {
  return { type: 'step-note', at, step: '1', text: String(at) };
}

test('an event that comes late goes before the later ones that came first', async (t) => {
  const passed: number[] = [];
  const sink = inTimeOrder(({ at }) => passed.push(at), 50);
  sink(note(24_718));
  sink(note(24_683));
  t.deepEqual(passed, []);
  await delay(200);
  t.deepEqual(passed, [24_683, 24_718]);
});

test('the end of the run passes on all events at once', (t) => {
  const passed: string[] = [];
  const sink = inTimeOrder(({ type }) => passed.push(type), 5000);
  sink(note(10));
  sink({ type: 'run-finished', at: 20, time: '2026-01-01T00:00:00Z', outcome: 'completed' });
  t.deepEqual(passed, ['step-note', 'run-finished']);
});
