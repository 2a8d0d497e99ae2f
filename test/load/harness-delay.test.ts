import test from 'ava';

import { RunEventSchema } from '../../src/events/event.ts';
import type { EventOf } from '../../src/events/event.ts';
import { systemClock } from '../../src/load/clock.ts';
import { watchHarnessDelay } from '../../src/load/harness-delay.ts';

test('a blocked event loop shows as delay, and an idle one does not', async (t) => {
  const delays: EventOf<'harness-delay'>[] = [];
  let told = Promise.withResolvers<void>();
  const watch = watchHarnessDelay({
    emit: (event) => {
      const parsed = RunEventSchema.parse(event);
      if (parsed.type === 'harness-delay') {
        delays.push(parsed);
        told.resolve();
      }
    },
    clock: systemClock,
    runStart: systemClock.now(),
    intervalMs: 120,
  });
  await told.promise;
  told = Promise.withResolvers();
  const blockedUntil = systemClock.now() + 150;
  while (systemClock.now() < blockedUntil) {
    // Nobody else gets a turn.
  }
  await told.promise;
  await watch.stop();
  const [idle, blocked] = delays;
  t.true((idle?.maxMs ?? Number.NaN) < 100, `idle ${idle?.maxMs} ms`);
  t.true((blocked?.maxMs ?? Number.NaN) > 120, `blocked ${blocked?.maxMs} ms`);
});
