import test from 'ava';
import { Story } from '../stream.ts';
import { causesOf } from './causes-of.ts';

const ALTER = 'ALTER TABLE stack CONVERT TO CHARACTER SET utf8mb4';

/** Calm seconds in which a list takes a tenth of a second; a migration from 10 s to 30 s. */
function migrating(): Story {
  const story = new Story({ baseline: ['1.1 hold calm'], schema: ['2.1 db-sync'] });
  story.at(0).step('1.1').at(1).requests(20).at(10).done('1.1', 10).step('2.1');
  story.add({
    type: 'table-locked',
    at: 20_000,
    table: 'stack',
    from: 12_000,
    queries: 3,
    statement: ALTER,
  });
  return story;
}

test('requests that waited for a table while a migration had locked it are counted and timed', (t) => {
  const story = migrating().at(20.1).request('served', {}, 7).at(20.2).request('served', {}, 5);
  story.at(21).request('served', {}, 0.1).at(28).request('served', {}, 6);
  const causes = causesOf(story.at(30).done('2.1', 20).finished());
  t.deepEqual(
    causes.map(({ kind, harm, count, title, step }) => [kind, harm, count, title, step]),
    [
      [
        'table-locked',
        'slowed',
        2,
        'The migration locked the table stack for 8.0 s; 2 requests held up, for 7.0 s at most',
        '2.1',
      ],
    ],
  );
  t.regex(causes[0]?.evidence.join(' ') ?? '', /3 queries at one time.*ALTER TABLE stack CONVERT/);
});

test('a request that ran out of time while it waited for a table is lost to the lock', (t) => {
  const story = migrating().at(20).request('timeout', {}, 9).at(15);
  story.request('5xx-service', { status: 500 });
  const [first, ...others] = causesOf(story.at(30).done('2.1', 20).finished());
  t.like(first, { kind: 'table-locked', harm: 'requests-lost', count: 1 });
  t.deepEqual(
    others.map(({ kind, count }) => [kind, count]),
    [['requests-lost', 1]],
    'an error is not the lock’s',
  );
});

test('a lock that no request waited for is listed as data', (t) => {
  const [cause] = causesOf(migrating().at(30).done('2.1', 20).finished());
  t.like(cause, { kind: 'table-locked', harm: 'log-only', count: 0 });
  t.regex(cause?.title ?? '', /for 8\.0 s; no request was held up$/);
});

test('of two tables that were locked in turn, a request waited for the one that took most of its time', (t) => {
  const story = migrating();
  story.add({ type: 'table-locked', at: 23_000, table: 'event', from: 20_000, queries: 1 });
  story.at(20.5).request('served', {}, 8).at(23).request('served', {}, 4);
  const causes = causesOf(story.at(30).done('2.1', 20).finished());
  t.deepEqual(causes.map(({ id, count }) => `${count} ${id}`).toSorted(), [
    '1 table-locked-event',
    '1 table-locked-stack',
  ]);
});

test('a request that found no API, because all of them waited for a table, is lost to the lock', (t) => {
  const none = { status: 503, server: undefined } as const;
  const story = migrating().at(15).request('5xx-balancer', none).at(21);
  story.request('5xx-balancer', none).at(29).request('5xx-balancer', none);
  t.deepEqual(
    causesOf(story.at(30).done('2.1', 20).finished()).map(({ kind, count }) => [kind, count]),
    [
      ['table-locked', 2],
      ['requests-lost', 1],
    ],
    'the last was sent long after',
  );
});

test('a call that an engine could not answer, because it waited for a table, is the lock’s', (t) => {
  const story = migrating();
  story.add({ type: 'table-locked', at: 100_000, table: 'stack', from: 30_000, queries: 9 });
  for (const [index, at] of [31, 32, 33].entries()) {
    story.at(at).taken(`req-9${index}`, 'node1/heat-engine', '24.0.0');
    story.at(at + 60).request('timeout', { id: `req-9${index}` }, 60);
  }
  const kinds = causesOf(story.at(120).done('2.1', 110).finished()).map(({ kind }) => kind);
  t.deepEqual(kinds, ['table-locked']);
});

test('a migration that waits for an open transaction is not called the one that locked the table', (t) => {
  const story = migrating();
  const holders = [{ host: 'node1-heat-engine', idleMs: 9000 }];
  story.add({
    type: 'table-locked',
    at: 25_000,
    table: 'event',
    from: 21_000,
    queries: 1,
    holders,
  });
  const causes = causesOf(story.at(30).done('2.1', 20).finished());
  const cause = causes.find(({ id }) => id === 'table-locked-event');
  t.regex(cause?.title ?? '', /^The migration waited for an open transaction to lock .* 4\.0 s; /);
  t.regex(cause?.evidence.join(' ') ?? '', /a transaction of node1-heat-engine ended, .* 9\.0 s/);
});
