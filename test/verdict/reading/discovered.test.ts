import test from 'ava';
import type { EventOf } from '../../../src/events/event.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { Story } from '../stream.ts';

const PUBLIC = 'https://cloud.example';
const INTERNAL = 'http://10.0.0.1:8004';
const watched = { cloud: 'staging', endpoint: PUBLIC, project: 'gate', probes: [] };

function found(url: string) {
  return {
    type: 'endpoint-found',
    at: 0,
    service: 'orchestration',
    url,
    interfaces: ['public'],
  } as const;
}

function seen(
  at: number,
  fact: string,
  value: string,
  more: Partial<EventOf<'answer-seen'>> = {},
): EventOf<'answer-seen'> {
  const common = { type: 'answer-seen', service: 'orchestration', url: PUBLIC } as const;
  return { ...common, at, id: `req-${at}`, shown: [{ fact, value }], ...more };
}

const watchedIn = (story: Story) => judge(story.events).watched;

test('a value that is seen again after another one is mixed, and one that replaces another is not', (t) => {
  const story = new Story({}, { watched }).add(found(PUBLIC));
  for (const [at, value] of [
    [100, 'old'],
    [200, 'new'],
    [300, 'old'],
    [400, 'new'],
    [500, 'new'],
  ] as const) {
    story.add(seen(at, 'build of the API', value));
  }
  story.add(seen(600, 'API versions', 'v1.0')).add(seen(700, 'API versions', 'v1.1'));
  const { mixed, services } = watchedIn(story) ?? {};
  t.deepEqual(mixed, [
    {
      service: 'orchestration',
      fact: 'build of the API',
      urls: [PUBLIC],
      values: ['old', 'new'],
      from: 200,
      to: 300,
      seconds: 0.1,
    },
  ]);
  t.like(services?.[0]?.facts[0]?.values, [
    { value: 'old', from: 100, to: 300, answers: 2 },
    { value: 'new', from: 200, to: 500, answers: 3 },
  ]);
});

test('two addresses are mixed only for the time in which both were seen to differ', (t) => {
  const inside = { url: INTERNAL };
  const story = new Story({}, { watched })
    .add(found(PUBLIC))
    .add(found(INTERNAL))
    .add(seen(100, 'build of the API', 'old'))
    .add(seen(150, 'build of the API', 'old', inside))
    .add(seen(200, 'build of the API', 'new'))
    .add(seen(250, 'build of the API', 'old', inside))
    .add(seen(300, 'build of the API', 'new'))
    .add(seen(350, 'build of the API', 'new', inside))
    // Each address has its own proxy.
    .add(seen(400, 'Server', 'nginx'))
    .add(seen(450, 'Server', 'apache', inside))
    .add(seen(500, 'Server', 'nginx'));
  const { mixed } = watchedIn(story) ?? {};
  t.like(mixed, [{ fact: 'build of the API', urls: [PUBLIC, INTERNAL], from: 200, to: 250 }]);
  t.is(mixed?.length, 1);
});

test('contradicting answers name no release, and a watch that did not ask says nothing of it', (t) => {
  const of = (releases: string[]) => ({
    round: 'first' as const,
    shown: [{ fact: releases.join(), value: 'x', releases }],
  });
  const story = new Story({}, { watched })
    .add(found(PUBLIC))
    .add(seen(100, '', '', of(['1', '2'])))
    .add(seen(200, '', '', of(['3'])));
  t.deepEqual(watchedIn(story)?.releases, { first: null, last: null });
  t.deepEqual(watchedIn(new Story({}, { watched })), {
    cloud: 'staging',
    endpoint: PUBLIC,
    project: 'gate',
  });
});
