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

/** Calls that old and new exchange: some at once in each state, none in between. */
const CALLS = { probe: 'calls', connection: 'reused' } as const;

/** Three calls, 0.2 s apart, from now on. */
function calls(story: Story, from: number, ...outcomes: ('served' | 'timeout')[]): Story {
  for (const [index, outcome] of outcomes.entries()) {
    story.at(from + index * 0.2).request(outcome, CALLS, 0.1);
  }
  return story;
}

test('a disruption ends with its last lost request if no request followed for a long time', (t) => {
  const story = calls(new Story(), 1, 'served', 'served', 'timeout');
  const [one, ...others] = apiOf(calls(story, 43, 'served', 'served')).disruptions;
  t.deepEqual(others, []);
  t.deepEqual([one?.from, one?.to, one?.seconds, one?.recovered], [1300, 1400, 0.1, true]);
  t.is(one?.unasked, 41.5);
});

test('a disruption does not last from one state’s calls to the next’s', (t) => {
  const story = calls(new Story(), 1, 'served', 'timeout', 'timeout');
  const { disruptions } = apiOf(calls(story, 43, 'timeout', 'served'));
  t.deepEqual(
    disruptions.map(({ from, to, lost, recovered, unasked }) => [
      from,
      to,
      lost,
      recovered,
      unasked,
    ]),
    [
      [1100, 1400, 2, true, 41.5],
      [42_900, 43_100, 1, true, undefined],
    ],
  );
});

test('a disruption lasts until a long last loss ends: meanwhile nothing else could be sent', (t) => {
  const story = calls(new Story(), 1, 'served').at(31).request('timeout', CALLS, 29.9);
  const [one] = apiOf(calls(story, 31.2, 'served')).disruptions;
  t.deepEqual([one?.from, one?.to, one?.unasked], [1100, 31_100, undefined]);
});

test('a probe that keeps a slow schedule is disrupted until its next served request', (t) => {
  const story = new Story();
  for (const [index, outcome] of (['served', 'served', 'timeout', 'served'] as const).entries()) {
    story.at(10 * (index + 1)).request(outcome, {}, 0.1);
  }
  const [one] = apiOf(story).disruptions;
  t.deepEqual([one?.seconds, one?.unasked], [10, undefined]);
});

test('during a pause of the load, a probe does not count as failing to send', (t) => {
  const story = new Story()
    .at(1)
    .request()
    .at(2)
    .request()
    .at(3)
    .request('timeout')
    .at(3.5)
    .paused('stopped')
    .at(60)
    .resumed()
    .at(60.6)
    .request();
  const [one] = apiOf(story).disruptions;
  t.deepEqual([one?.seconds, one?.unasked], [1.1, undefined]);
});

test('disruptions of new and of kept connections are separate', (t) => {
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

type Ended = Pick<Api['disruptions'][number], 'from' | 'to' | 'recovered' | 'unasked'>;

/** It ends when a served request is sent, otherwise with the end of a lost one. */
function isIn(sentAt: number, { from, to, recovered, unasked }: Ended): boolean {
  return from <= sentAt && (recovered && unasked === undefined ? sentAt < to : sentAt <= to);
}

test('each lost request was sent in exactly one disruption of its probe', (t) => {
  fc.assert(
    fc.property(requests, (sent) => {
      const { disruptions, lost } = judge(storyOf(sent)).api;
      for (const { probe, connection, sentAt } of lost) {
        const holding = disruptions.filter(
          (one) => one.probe === probe && one.connection === connection && isIn(sentAt, one),
        );
        if (holding.length !== 1) return false;
      }
      return disruptions.reduce((sum, one) => sum + one.lost, 0) === lost.length;
    }),
  );
  t.pass();
});

test('each request lost while nothing was served was sent in exactly one disruption of all', (t) => {
  fc.assert(
    fc.property(requests, (sent) => {
      const { together, lost } = judge(storyOf(sent)).api;
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

test('rarely sent calls have no period of their own to wait for', (t) => {
  const story = new Story();
  for (const [index, outcome] of (['served', 'served', 'timeout', 'served'] as const).entries()) {
    story.at(10 * (index + 1)).request(outcome, CALLS, 0.1);
  }
  const [one] = apiOf(story).disruptions;
  t.deepEqual([one?.seconds, one?.unasked], [0.1, 9.9]);
});

test('a request served in the same instant as another was lost is not a recovery', (t) => {
  const story = new Story().at(1).request('timeout', {}, 0.1);
  story.at(2).request('timeout', {}, 0.1).request('served', {}, 0.1);
  const [one] = apiOf(story).disruptions;
  t.deepEqual([one?.recovered, one?.lost, one?.to], [false, 2, 2000]);
});
