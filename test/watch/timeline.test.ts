import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import type { RunEvent } from '../../src/events/event.ts';
import { RUN_FOLDER } from '../../src/run-folder.ts';
import { appendMark, followMarks, type Mark } from '../../src/run/mark.ts';
import { WatchSteps } from '../../src/watch/timeline.ts';
import { temporaryFolder } from '../temporary-folder.ts';

function timeline() {
  const events: RunEvent[] = [];
  const steps = new WatchSteps({
    emit: (event) => events.push(event),
    now: () => 9000,
    epoch: 1_000_000,
  });
  return { events, steps };
}

test('a marked step lasts until the next mark, by the clock of the marking tool', (t) => {
  const { events, steps } = timeline();
  steps.mark({ time: 1_001_000, text: 'swap heat-api', node: 'node1' });
  steps.mark({ time: 1_004_500, text: 'swap heat-engine' });
  steps.mark({ time: 1_006_000 });
  t.deepEqual(events, [
    {
      type: 'step-started',
      at: 1000,
      step: '1',
      what: { name: 'swap heat-api', kind: 'mark', stage: 'marked', node: 'node1' },
    },
    { type: 'step-finished', at: 4500, step: '1', status: 'done', seconds: 3.5 },
    {
      type: 'step-started',
      at: 4500,
      step: '2',
      what: { name: 'swap heat-engine', kind: 'mark', stage: 'marked' },
    },
    { type: 'step-finished', at: 6000, step: '2', status: 'done', seconds: 1.5 },
  ]);
});

test('the time before the first mark is a step that changes nothing', (t) => {
  const { events, steps } = timeline();
  steps.quiet();
  steps.mark({ time: 1_009_500, text: 'swap heat-api' });
  steps.quiet();
  t.like(events[0], { type: 'step-started', what: { kind: 'hold' } });
  t.like(events[1], { type: 'step-finished', at: 9500, step: '1' });
  t.is(events.length, 3);
});

test('a mark from before the watch counts from its beginning', (t) => {
  const { events, steps } = timeline();
  steps.mark({ time: 999_000, text: 'early' });
  t.like(events[0], { type: 'step-started', at: 0 });
});

test('a failure within a step fails the step', async (t) => {
  const { events, steps } = timeline();
  const what = { name: 'load', kind: 'start-load', stage: 'watch' };
  await t.throwsAsync(steps.during(what, () => Promise.reject(new Error('no'))));
  t.like(events[1], { type: 'step-finished', status: 'failed' });
});

test('marks are read as they come, including earlier ones; lines that are not marks are skipped', async (t) => {
  const folder = temporaryFolder();
  const marks: Mark[] = [];
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  await appendMark(folder, { time: 1, text: 'before' });
  const following = followMarks(folder, (mark) => {
    marks.push(mark);
    if (mark.text === undefined) resolve();
  });
  appendFileSync(join(folder, RUN_FOLDER.marks), 'not JSON\n{"time":"none"}\n');
  await appendMark(folder, { time: 2, text: 'wäh – während', node: 'node1' });
  await appendMark(folder, { time: 3 });
  await ended;
  await following.stop();
  t.deepEqual(marks, [
    { time: 1, text: 'before' },
    { time: 2, text: 'wäh – während', node: 'node1' },
    { time: 3 },
  ]);
});
