import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import type { StoppedContainer } from '../../../src/containers/port.ts';
import type { RunEvent } from '../../../src/events/event.ts';
import { whileStopping } from '../../../src/run/steps/slow-stop.ts';

const target = { node: 'node1', kind: 'engine', service: 'engine', role: 'engine' } as const;
const STOPPED: StoppedContainer = { exitCode: 0, outOfMemory: false, seconds: 1 };

/** A stop of this length; the service is asked after a hundredth of a second. */
async function stopOf(milliseconds: number, exec: () => Promise<unknown>) {
  const events: RunEvent[] = [];
  const context = {
    lab: {
      container: () => 'lab-node1-engine',
      engine: {
        exec: async () => {
          await exec();
          return { exitCode: 0, stdout: '', stderr: '' };
        },
      },
      subject: {
        diagnosis: () => ({ name: 'report', afterSeconds: 0.01, command: ['true'] }),
      },
    },
    emit: (event: RunEvent): number => events.push(event),
    now: () => 5,
  };
  const stopping = delay(milliseconds, STOPPED);
  const stopped = await whileStopping(stopping, { step: '2.1', target }, context);
  return { stopped, events };
}

test('a service that takes long to stop is asked once what it is doing', async (t) => {
  let asked = 0;
  const { stopped, events } = await stopOf(100, async () => {
    asked += 1;
  });
  t.is(asked, 1);
  t.is(stopped, STOPPED);
  t.like(events[0], { type: 'step-note', step: '2.1', at: 5 });
  t.regex(JSON.stringify(events), /node1\/engine has not stopped for 0\.01 s, .* its report/);
});

test('a service that stops in time is not asked', async (t) => {
  const { events } = await stopOf(0, () => Promise.reject(new Error('asked')));
  t.deepEqual(events, []);
});

test('a service that cannot be asked is stopped anyway', async (t) => {
  const { stopped, events } = await stopOf(50, () => Promise.reject(new Error('gone')));
  t.is(stopped, STOPPED);
  t.deepEqual(events, []);
});
