import test from 'ava';
import * as fc from 'fast-check';
import type { RunEvent } from '../../../src/events/event.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { TAGS, type Verdict } from '../../../src/verdict/schema/verdict.ts';
import { chances, incidents, rollWith, RUNS } from './incidents.ts';

// The same run, recorded in another way, has the same verdict.

/** Events from logs and from the container engine are in a stream at the time of reading. */
const READ_LATE: readonly RunEvent['type'][] = [
  'log-finding',
  'call-taken',
  'message-dropped',
  'reply-misdelivered',
  'balancer-logged',
  'work-observed',
  'container-changed',
];

/** One chance for each event, by its place. */
function at(drawn: readonly number[], index: number): number {
  return drawn[index % drawn.length] ?? 0;
}

test('a verdict does not depend on when a log was read', (t) => {
  fc.assert(
    fc.property(incidents, chances, (happening, delays) => {
      const { events } = rollWith(happening);
      const last = events.length - 1;
      const late = events
        .map((event, index) => {
          const delay = READ_LATE.includes(event.type) ? (last - index) * at(delays, index) : 0;
          return { event, place: index + delay };
        })
        .sort((a, b) => a.place - b.place)
        .map(({ event }) => event);
      t.deepEqual(judge(late), judge(events));
    }),
    RUNS,
  );
});

test('a verdict does not depend on the order of events of one time', (t) => {
  fc.assert(
    fc.property(incidents, chances, (happening, drawn) => {
      const { events } = rollWith(happening);
      // The engine's own events of a container have their order.
      const isFree = ({ type }: RunEvent): boolean =>
        type !== 'container-changed' &&
        (READ_LATE.includes(type) || type === 'request' || type === 'operation-settled');
      const shuffled = events
        .map((event, index) => ({ event, rank: isFree(event) ? at(drawn, index) : 0.5 }))
        .sort((a, b) => a.event.at - b.event.at || a.rank - b.rank)
        .map(({ event }) => event);
      t.deepEqual(essenceOf(judge(shuffled)), essenceOf(judge(events)));
    }),
    RUNS,
  );
});

/** The essential parts of a verdict, without times and names in its texts. */
function essenceOf({ outcome, tags, api, stacks, operations, causes }: Verdict): unknown {
  return {
    outcome,
    tags: TAGS.map((name) => [
      tags[name].status,
      tags[name].clauses.map(({ id, status }) => `${id} ${status}`),
    ]),
    api: [
      api.requests,
      api.failed,
      api.noise,
      api.disruptions.map(({ seconds, lost, noise }) => [Math.round(seconds * 1000), lost, noise]),
    ],
    stacks,
    operations,
    causes: causes.map(({ kind, harm, count, unit }) => [kind, harm, count, unit]),
  };
}

/** The same run, so many milliseconds later; it starts when it did. */
function later(events: readonly RunEvent[], ms: number): readonly RunEvent[] {
  const TIMES = ['at', 'sentAt', 'scheduledAt', 'lastProgressAt', 'stalledAt', 'calledAt', 'from'];
  const [start, ...rest] = events;
  if (start === undefined) return [];
  const shift = (key: string, value: unknown): unknown =>
    TIMES.includes(key) && typeof value === 'number' ? value + ms : value;
  return [start, ...(JSON.parse(JSON.stringify(rest), shift) as RunEvent[])];
}

test('a verdict does not depend on when the run began to load', (t) => {
  fc.assert(
    fc.property(incidents, fc.integer({ min: 1, max: 100_000 }), (happening, ms) => {
      const { events } = rollWith(happening);
      t.deepEqual(essenceOf(judge(later(events, ms))), essenceOf(judge(events)));
    }),
    RUNS,
  );
});

test('a verdict does not depend on the names of nodes', (t) => {
  const NAMES = [
    ['node1', 'zebra'],
    ['node2', 'alpha'],
  ] as const;
  fc.assert(
    fc.property(incidents, (happening) => {
      const { events } = rollWith(happening);
      const text = NAMES.reduce(
        (all, [from, to]) => all.replaceAll(from, to),
        JSON.stringify(events),
      );
      const sorted = (verdict: Verdict): Verdict => ({
        ...verdict,
        // Causes that are equal in all else are in the order of their names.
        causes: verdict.causes.toSorted(
          (a, b) => a.firstAt - b.firstAt || a.count - b.count || (a.kind < b.kind ? -1 : 1),
        ),
      });
      t.deepEqual(
        essenceOf(sorted(judge(JSON.parse(text) as RunEvent[]))),
        essenceOf(sorted(judge(events))),
      );
    }),
    RUNS,
  );
});

test('a verdict does not depend on the ids of steps', (t) => {
  fc.assert(
    fc.property(incidents, (happening) => {
      const { events } = rollWith(happening);
      const renamed = JSON.parse(JSON.stringify(events), (key, value: unknown) =>
        (key === 'step' || key === 'id') && typeof value === 'string' && /^\d+\.\d+$/.test(value)
          ? value.replace(
              /^(\d+)\.(\d+)$/,
              (_, stage, step) => `${Number(stage) + 9}.${Number(step) * 3}`,
            )
          : value,
      ) as RunEvent[];
      t.deepEqual(essenceOf(judge(renamed)), essenceOf(judge(events)));
    }),
    RUNS,
  );
});

test('a verdict does not depend on what has nothing to do with the run', (t) => {
  fc.assert(
    fc.property(incidents, chances, (happening, drawn) => {
      const story = rollWith(happening);
      const before = essenceOf(judge(story.events));
      for (const chance of drawn.slice(0, 12)) {
        story.at(1 + chance * 28);
        story
          .control('served', 0.003 + chance / 100)

          .queue('/', 3);
        story.logged('node1/heat-engine', 'any', { severity: 'warning', signature: 'retry' });
        story.note('1.1', 'something');
        story.add({
          type: 'usage-sampled',
          at: chance * 28_000,
          containers: [],
          machine: { cores: 2, busy: 1, runnable: 9 },
        });
      }
      t.deepEqual(essenceOf(judge(story.events)), before);
    }),
    RUNS,
  );
});

test('a verdict does not depend on pauses in which the load went on', (t) => {
  fc.assert(
    fc.property(incidents, chances, (happening, [one = 0, other = 0]) => {
      const story = rollWith(happening);
      const before = essenceOf(judge(story.events));
      const [from, to] = [one, other].sort((a, b) => a - b);
      story
        .at(1 + (from ?? 0) * 90)
        .paused('running')
        .at(1 + (to ?? 0) * 90)
        .resumed();
      t.deepEqual(essenceOf(judge(story.events)), before);
    }),
    RUNS,
  );
});

test('a verdict does not depend on whether a log line was read twice', (t) => {
  const logged: readonly RunEvent['type'][] = [
    'log-finding',
    'call-taken',
    'message-dropped',
    'reply-misdelivered',
    'balancer-logged',
  ];
  const ofLines = ({ causes, ...rest }: Verdict): unknown =>
    essenceOf({
      ...rest,
      // The number of lines is part of a cause that is nothing but lines.
      causes: causes
        .map((cause) => (cause.unit === 'log lines' ? { ...cause, count: 0 } : cause))
        .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    });
  fc.assert(
    fc.property(incidents, chances, (happening, drawn) => {
      const { events } = rollWith(happening);
      const twice = events.flatMap((event, index) =>
        logged.includes(event.type) && at(drawn, index) < 0.5 ? [event, event] : [event],
      );
      t.deepEqual(ofLines(judge(twice)), ofLines(judge(events)));
    }),
    RUNS,
  );
});
