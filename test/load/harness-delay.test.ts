import { EventEmitter, on, once } from 'node:events';
import test from 'ava';
import { RunEventSchema } from '../../src/events/event.ts';
import type { EventOf } from '../../src/events/event.ts';
import { systemClock } from '../../src/load/clock.ts';
import { watchHarnessDelay } from '../../src/load/harness-delay.ts';

test('a blocked event loop shows as delay, and an idle one does not', async (t) => {
  const events = new EventEmitter<{ delay: [EventOf<'harness-delay'>] }>();
  const watch = watchHarnessDelay({
    emit: (event) => {
      const parsed = RunEventSchema.parse(event);
      if (parsed.type === 'harness-delay') {
        events.emit('delay', parsed);
      }
    },
    clock: systemClock,
    runStart: systemClock.now(),
    intervalMs: 100,
  });
  // On a busy machine the first interval need not be an idle one.
  for await (const [{ maxMs, p99Ms }] of on(events, 'delay')) {
    t.true(p99Ms <= maxMs);
    if (maxMs < 10) {
      break;
    }
  }
  const blockedUntil = systemClock.now() + 150;
  while (systemClock.now() < blockedUntil) {
    // The loop spins, so no other callback gets a turn.
  }
  const [blocked] = (await once(events, 'delay')) as [EventOf<'harness-delay'>];
  await watch.stop();
  t.true(blocked.maxMs > 120, `${blocked.maxMs} ms`);
});
