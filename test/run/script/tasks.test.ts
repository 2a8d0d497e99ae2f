import { join } from 'node:path';
import test from 'ava';
import { waitFor } from '../../../src/containers/wait.ts';
import type { RunEvent } from '../../../src/events/event.ts';
import { appendMark } from '../../../src/run/mark.ts';
import { followTasks } from '../../../src/run/script/tasks.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const SCRIPT = { id: '2.1', name: 'roll.sh', kind: 'script' };

test('each mark of a script is a step below it, until the next mark and at most until its end', async (t) => {
  const folder = temporaryFolder();
  const events: RunEvent[] = [];
  const began = Date.now();
  const now = (): number => Date.now() - began + 60_000;
  const plan = { stages: [{ name: 'script', steps: [SCRIPT] }] } as never;
  const context = {
    plan,
    logs: join(folder, 'logs'),
    now,
    emit: (event: RunEvent) => void events.push(event),
  };
  let number = 0;
  const tasks = followTasks(SCRIPT, context, () => `2.1.${(number += 1)}`);
  t.deepEqual(tasks.environment, { ROLLGATE_WATCH: folder });
  const seen = (count: number) =>
    waitFor({ what: 'steps', limitSeconds: 10, everyMs: 20 }, async () =>
      events.length >= count ? { value: true } : { notYet: String(events.length) },
    );
  const first = Date.now();
  const where = { node: 'node1', service: 'heat-api' };
  await appendMark(folder, { time: first, text: 'Take it out\u001B[2J', ...where });
  await seen(1);
  await appendMark(folder, { time: first + 40, text: 'Replace it' });
  await seen(3);
  await tasks.stop();
  t.like(events, [
    {
      type: 'step-started',
      step: '2.1.1',
      what: { name: 'Take it out', kind: 'mark', stage: 'script', ...where },
    },
    { type: 'step-finished', step: '2.1.1', status: 'done', seconds: 0.04 },
    { type: 'step-started', step: '2.1.2', what: { name: 'Replace it' } },
    { type: 'step-finished', step: '2.1.2' },
  ]);
  t.true(Math.abs((events[0]?.at ?? 0) - (first - began + 60_000)) < 50);
});
