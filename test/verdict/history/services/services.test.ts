import test from 'ava';
import type { EventOf, RunEvent } from '../../../../src/events/event.ts';
import { readServices, type Services } from '../../../../src/verdict/history/services/services.ts';
import { NEW, OLD, Story } from '../../stream.ts';

function read(events: readonly RunEvent[]): Services {
  const [start] = events;
  return readServices(start as EventOf<'run-started'>, events);
}

test('a container’s version is the one that it ran at the time', (t) => {
  const services = read(new Story().at(10).swapped('node1/heat-api').events);
  t.is(services.at('node1/heat-api', 10_900)?.version, OLD.version);
  t.is(services.at('node1/heat-api', 11_500)?.version, NEW.version);
  t.is(services.at('node2/heat-api', 60_000)?.version, OLD.version);
  t.is(services.at('nowhere/heat-api', 60_000), undefined);
  t.is(services.at(undefined, 60_000), undefined);
});

test('the version found in the running container decides, not the one asked for', (t) => {
  const story = new Story().at(10).stopping('node1/heat-api').stopped('node1/heat-api');
  story
    .started('node1/heat-api')
    .at(12)
    .serving('node1/heat-api', { ...NEW, version: '26.0.9' });
  const life = read(story.events).at('node1/heat-api', 13_000);
  t.is(life?.version, '26.0.9');
  t.is(life?.side, 'other');
});

test('where the versions are equal the image distinguishes base from target', (t) => {
  const target = { ...OLD, image: 'heat:patched' };
  const story = new Story({}, { target }).at(10).swapped('node1/heat-api', OLD, target);
  const services = read(story.events);
  t.false(services.nothingNew);
  t.is(services.at('node1/heat-api', 5000)?.side, 'base');
  t.is(services.at('node1/heat-api', 20_000)?.side, 'target');
});

test('the swaps begin with the first stop and end with the last service that serves again', (t) => {
  const story = new Story().at(10).swapped('node1/heat-api').at(20).swapped('node2/heat-api');
  const { firstSwapAt, lastSwapAt } = read(story.events);
  t.deepEqual([firstSwapAt, lastSwapAt], [10_000, 23_000]);
});

test('a service that was replaced does not count as running in the end', (t) => {
  const beside = new Story().at(10).add({
    type: 'service-started',
    at: 10_000,
    node: 'node1',
    service: 'heat-engine.next',
    replaces: 'heat-engine',
    ...NEW,
  });
  beside.at(12).serving('node1/heat-engine.next');
  const names = (story: Story): readonly string[] =>
    read(story.events).last.map(({ name }) => name);
  t.true(names(beside).includes('node1/heat-engine'));
  beside.at(20).stopping('node1/heat-engine').stopped('node1/heat-engine');
  t.false(names(beside).includes('node1/heat-engine'));
  const life = read(beside.events).at('node1/heat-engine.next', 21_000);
  t.deepEqual([life?.kind, life?.role, life?.side], ['heat-engine', 'engine', 'target']);
});

test('a lab that swaps nothing has no first and no last swap', (t) => {
  const { firstSwapAt, lastSwapAt } = read(
    new Story().at(10).serving('node1/heat-api', OLD).events,
  );
  t.deepEqual([firstSwapAt, lastSwapAt], [null, null]);
});
