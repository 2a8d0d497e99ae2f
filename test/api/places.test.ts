import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { placesOfMachine, takePlace } from '../../src/api/places.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** The places of a separate machine. */
function machine(places: number) {
  const folder = temporaryFolder();
  const lines: string[] = [];
  const take = (signal?: AbortSignal) =>
    takePlace({
      places,
      fileOf: (place) => join(folder, String(place)),
      onProgress: (line) => lines.push(line),
      pollMs: 5,
      signal,
    });
  return { take, lines, folder };
}

test('a second lab waits for the first, and reports this once', async (t) => {
  const { take, lines } = machine(1);
  const first = await take();
  t.deepEqual(lines, []);
  const order: string[] = [];
  const second = take().then((place) => {
    order.push('second');
    return place;
  });
  // Until it has said that it waits it has not waited.
  while (lines.length === 0) await delay(1);
  order.push('freed');
  await first.free();
  await (await second).free();
  t.deepEqual(order, ['freed', 'second']);
  t.is(lines.length, 1);
  t.regex(lines[0] ?? '', /carries one lab at once \(this process\); ROLLGATE_LABS sets how many/);
});

test('a machine with two places runs two labs', async (t) => {
  const { take, lines } = machine(2);
  await take();
  await take();
  t.deepEqual(lines, []);
  const waiting = new AbortController();
  const third = take(waiting.signal);
  while (lines.length === 0) await delay(1);
  waiting.abort(new Error('enough'));
  await t.throwsAsync(third, { message: /enough|aborted/ });
});

test('freeing a place twice takes no place from another lab', async (t) => {
  const { take, lines } = machine(1);
  const first = await take();
  await first.free();
  await take();
  await first.free();
  const waiting = new AbortController();
  const third = take(waiting.signal);
  while (lines.length === 0) await delay(1);
  waiting.abort(new Error('it waits, as it must'));
  await t.throwsAsync(third);
});

test('the place of a killed process is free', async (t) => {
  const { take, lines, folder } = machine(1);
  await writeFile(join(folder, '0'), JSON.stringify({ pid: process.pid, startTime: 'another' }));
  await take();
  t.deepEqual(lines, []);
});

test('two cores run one lab; a variable sets the number, and an invalid value is refused', (t) => {
  t.is(placesOfMachine({}, 1), 1);
  t.is(placesOfMachine({}, 2), 1);
  t.is(placesOfMachine({}, 8), 4);
  t.is(placesOfMachine({ ROLLGATE_LABS: '3' }, 2), 3);
  for (const nonsense of ['0', 'two', '-1', '1.5', '1000']) {
    t.throws(() => placesOfMachine({ ROLLGATE_LABS: nonsense }, 2), {
      code: 'invalid-environment-variable',
    });
  }
});
