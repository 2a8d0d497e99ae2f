import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEvents } from '../src/events/codec.ts';
import type { RunEvent } from '../src/events/event.ts';
import { readingOf } from '../src/verdict/reading/reading.ts';
import { readSlowAtTimes } from '../src/verdict/requests/times/at-times.ts';
import { seededRandom } from '../src/verdict/statistics/random.ts';

/**
 * How often a list that is late now and then is found in saved runs. Lists of these runs are made
 * later at random, from the first swap on. The row without such lists counts false alarms.
 *
 * Usage: `node bench/late-at-times.ts RUN…`
 */
const DRAWS = 20;
const COURSES = [
  { share: 0, ms: 0, draws: 1 },
  { share: 0.05, ms: 2000, draws: DRAWS },
  { share: 0.1, ms: 1500, draws: DRAWS },
  { share: 0.1, ms: 2000, draws: DRAWS },
  { share: 0.2, ms: 2000, draws: DRAWS },
] as const;
const LIST = 'GET stacks';

for (const folder of process.argv.slice(2)) {
  const file = join(folder, 'events.ndjson');
  const reading = readingOf(parseEvents(await readFile(file, 'utf8'), file));
  const since = reading.services.firstSwapAt;
  if (since === null) continue;
  const found = COURSES.map(({ share, ms, draws }) => {
    let times = 0;
    for (let draw = 0; draw < draws; draw += 1) {
      const random = seededRandom(draw, `${share} ${ms}`);
      const later = (event: RunEvent): RunEvent =>
        event.type === 'request' &&
        event.operation === LIST &&
        event.outcome === 'served' &&
        event.sentAt > since &&
        random() < share
          ? { ...event, at: event.at + ms }
          : event;
      const slow = readSlowAtTimes(reading.events.map(later), reading);
      if (share === 0 ? slow.length > 0 : slow.some(({ operation }) => operation === LIST)) {
        times += 1;
      }
    }
    return `${share * 100} % + ${ms} ms: ${times} of ${draws}`;
  });
  console.log(`${folder}, noise ${(reading.noise.share * 100).toFixed(0)} %: ${found.join('; ')}`);
}
