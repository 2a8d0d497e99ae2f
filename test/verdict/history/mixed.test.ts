import test from 'ava';
import type { EventOf } from '../../../src/events/event.ts';
import { readMixed } from '../../../src/verdict/history/mixed.ts';
import { readServices } from '../../../src/verdict/history/services/services.ts';
import type { Mixed } from '../../../src/verdict/schema/verdict.ts';
import { NEW, OLD, Story } from '../stream.ts';

function read({ events }: Story, endAt = 60_000): Mixed {
  return readMixed(readServices(events[0] as EventOf<'run-started'>, events), events, {
    endAt,
    silences: [],
  });
}

const ALL = ['node1/heat-engine', 'node2/heat-engine', 'node1/heat-api', 'node2/heat-api'];

function rollAll(target = NEW, start = {}): Story {
  return ALL.reduce(
    (story, name, index) => story.at(10 * (index + 1)).swapped(name, OLD, target),
    new Story({}, start),
  );
}

test('the mixed state lasts from the first target that serves to the last base that exits', (t) => {
  const { seconds, intervals } = read(rollAll());
  t.deepEqual(intervals, [{ from: 13_000, to: 41_000 }]);
  t.is(seconds, 28);
});

test('a cold upgrade has no mixed state', (t) => {
  const story = new Story().at(10);
  for (const name of ALL) story.stopping(name).stopped(name);
  story.at(20);
  for (const name of ALL) story.started(name).serving(name);
  t.deepEqual(read(story).intervals, []);
});

test('a control run, with one release, has no mixed state', (t) => {
  t.is(read(rollAll(OLD, { target: OLD })).seconds, 0);
});

test('requests and work of each version count only in the mixed state', (t) => {
  const story = new Story()
    .at(5)
    .request()
    .at(10)
    .swapped('node1/heat-engine')
    .at(20)
    .request()
    .request('5xx-service', { status: 500 })
    .request('served', { control: true })
    .worked('node1/heat-engine', NEW.version, 3)
    .worked('node2/heat-engine', OLD.version, 2)
    .swapped('node1/heat-api')
    .at(30)
    .request()
    .request();
  const { requests, work } = read(story);
  t.deepEqual(requests, { base: 1, target: 2 });
  t.deepEqual(work, { base: 2, target: 3 });
});

test('work that may have been begun before the mixed state does not count', (t) => {
  const story = new Story().at(10).swapped('node1/heat-engine').at(13.2);
  story
    .worked('node2/heat-engine', OLD.version, 7)
    .at(14.2)
    .worked('node2/heat-engine', OLD.version, 4);
  t.deepEqual(read(story).work, { base: 1 + 4, target: 0 });
});
