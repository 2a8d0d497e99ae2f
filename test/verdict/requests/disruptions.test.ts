import test from 'ava';
import * as fc from 'fast-check';
import type { EventOf, RunEvent } from '../../../src/events/event.ts';
import { judge } from '../../../src/verdict/judge.ts';
import type { Api } from '../../../src/verdict/schema/verdict.ts';
import { Story } from '../stream.ts';

function apiOf(story: Story): Api {
  return judge(story.events).api;
}

test('a disruption lasts from the send of the first lost request to the send of the first served', (t) => {
  const story = new Story()
    .at(1)
    .request()
    // Sent at 2 and given up at 7, when others were served again.
    .at(3.1)
    .request('connect-refused')
    .at(4.1)
    .request()
    .at(7)
    .request('timeout', {}, 5);
  const [one, ...others] = apiOf(story).disruptions;
  t.deepEqual(others, []);
  t.deepEqual([one?.from, one?.to, one?.lost, one?.recovered], [2000, 4000, 2, true]);
  t.is(one?.seconds, 2);
});

test('a probe that is never served again is disrupted to the end of its last lost request', (t) => {
  const story = new Story().at(1).request('timeout', {}, 1).at(2).request('connect-refused');
  const [one] = apiOf(story).disruptions;
  t.deepEqual([one?.from, one?.to, one?.recovered], [0, 2000, false]);
});

test('new and kept connections are disrupted apart', (t) => {
  const story = new Story()
    .at(1)
    .request('reset-before-answer', { connection: 'reused' })
    .at(2)
    .request('served', { connection: 'new' })
    .at(3)
    .request('served', { connection: 'reused' });
  t.deepEqual(
    apiOf(story).disruptions.map(({ connection, to }) => [connection, to]),
    [['reused', 2900]],
  );
});

test('a control request counts for itself only', (t) => {
  const story = new Story().at(1).request('timeout', { control: true, probe: 'control' }).request();
  const api = apiOf(story.dropped('control'));
  t.deepEqual([api.requests, api.failed, api.dropped, api.disruptions.length], [1, 0, 0, 0]);
  t.deepEqual(api.control, { requests: 1, failed: 1, dropped: 1, availability: 0 });
});

test('all are disrupted together while no request is served, the workload’s requests included', (t) => {
  const workload = { probe: 'workload', connection: 'reused' } as const;
  const story = new Story()
    .at(1)
    .request('timeout', {}, 0)
    .request('timeout', workload, 0)
    .at(2)
    .request('served', { probe: 'version' }, 0)
    .at(3)
    .request('served', {}, 0)
    .request('served', workload, 0);
  const { disruptions, together } = apiOf(story);
  t.deepEqual(
    disruptions.map(({ from, to }) => [from, to]),
    [
      [1000, 3000],
      [1000, 3000],
    ],
  );
  const intervals = (all: Api['together']['all']): unknown =>
    all.map(({ from, to, lost, probes }) => [from, to, lost, probes]);
  t.deepEqual(intervals(together.all), [[1000, 2000, 2, ['list', 'workload']]]);
  t.deepEqual(intervals(together.new), [[1000, 2000, 1, ['list']]]);
  t.deepEqual(intervals(together.reused), [[1000, 3000, 1, ['workload']]]);
});

const requests = fc.array(
  fc.record({
    probe: fc.constantFrom('list', 'show'),
    connection: fc.constantFrom('new' as const, 'reused' as const),
    outcome: fc.constantFrom('served' as const, 'timeout' as const, 'connect-refused' as const),
    sentAt: fc.nat(50).map((tick) => tick * 100),
    took: fc.nat(3000),
  }),
  { maxLength: 60 },
);

function storyOf(sent: typeof requests extends fc.Arbitrary<infer T> ? T : never): RunEvent[] {
  const events = sent.map(
    ({ probe, connection, outcome, sentAt, took }, index): EventOf<'request'> => ({
      type: 'request',
      at: sentAt + took,
      id: `req-${index}`,
      probe,
      operation: 'GET stacks',
      connection,
      scheduledAt: sentAt,
      sentAt,
      outcome,
    }),
  );
  return [...new Story().events, ...events.sort((a, b) => a.at - b.at)];
}

test('each lost request was sent in exactly one disruption of its probe', (t) => {
  fc.assert(
    fc.property(requests, (sent) => {
      const { disruptions, lost } = judge(storyOf(sent)).api;
      for (const { probe, connection, sentAt } of lost) {
        const holding = disruptions.filter(
          (one) =>
            one.probe === probe &&
            one.connection === connection &&
            one.from <= sentAt &&
            (one.recovered ? sentAt < one.to : sentAt <= one.to),
        );
        if (holding.length !== 1) return false;
      }
      return disruptions.reduce((sum, one) => sum + one.lost, 0) === lost.length;
    }),
  );
  t.pass();
});

test('each lost request was sent in exactly one disruption of all, in which nothing was served', (t) => {
  fc.assert(
    fc.property(requests, (sent) => {
      const { together, lost } = judge(storyOf(sent)).api;
      const isIn = (sentAt: number, one: Api['together']['all'][number]): boolean =>
        one.from <= sentAt && (one.recovered ? sentAt < one.to : sentAt <= one.to);
      const lostAt = new Set(lost.map(({ sentAt }) => sentAt));
      return (
        lost.every(({ sentAt }) => together.all.filter((one) => isIn(sentAt, one)).length === 1) &&
        together.all.reduce((sum, one) => sum + one.lost, 0) === lost.length &&
        sent.every(
          ({ sentAt }) => lostAt.has(sentAt) || !together.all.some((one) => isIn(sentAt, one)),
        )
      );
    }),
  );
  t.pass();
});

test('the disruptions of a probe are in order and do not overlap, and no served request is the first in one', (t) => {
  fc.assert(
    fc.property(requests, (sent) => {
      const { disruptions } = judge(storyOf(sent)).api;
      const ordered = disruptions.every(
        ({ from, to }, index) => from <= to && from >= (disruptions[index - 1]?.from ?? 0),
      );
      const streams = Map.groupBy(disruptions, (one) => `${one.probe} ${one.connection}`);
      const apart = [...streams.values()].every((own) =>
        own.every(({ from }, index) => from >= (own[index - 1]?.to ?? 0)),
      );
      const begunByLoss = disruptions.every((one) =>
        sent.some(
          ({ sentAt, outcome, probe, connection }) =>
            sentAt === one.from &&
            outcome !== 'served' &&
            probe === one.probe &&
            connection === one.connection,
        ),
      );
      return ordered && apart && begunByLoss;
    }),
  );
  t.pass();
});

test('the order in which outcomes come does not change the disruptions', (t) => {
  fc.assert(
    fc.property(requests, (sent) => {
      const [start, ...rest] = storyOf(sent);
      if (start === undefined) return true;
      const intervals = (events: readonly RunEvent[]): unknown =>
        judge(events)
          .api.disruptions.map(({ probe, connection, from, to }) =>
            [from, to, probe, connection].join(' '),
          )
          .sort();
      t.deepEqual(intervals([start, ...rest]), intervals([start, ...rest.toReversed()]));
      return true;
    }),
  );
});
