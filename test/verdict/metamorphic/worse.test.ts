import test from 'ava';
import * as fc from 'fast-check';
import { judge } from '../../../src/verdict/judge.ts';
import { TAGS, type Status, type Verdict } from '../../../src/verdict/schema/verdict.ts';
import type { Story } from '../stream.ts';
import { chances, incidents, rollWith, RUNS } from './incidents.ts';

// A worse run has no better verdict, and an excuse proves nothing.

const RANK: Readonly<Record<Status, number>> = { failed: 0, 'not-proven': 1, proven: 2 };

/** The tags and clauses that are better than they were. */
function better(worse: Verdict, than: Verdict): readonly string[] {
  return [
    ...(worse.outcome === 'passed' && than.outcome !== 'passed' ? ['outcome'] : []),
    ...TAGS.filter((name) => RANK[worse.tags[name].status] > RANK[than.tags[name].status]),
    ...TAGS.flatMap((name) =>
      worse.tags[name].clauses
        .filter(({ id, status }) => {
          const was = than.tags[name].clauses.find((clause) => clause.id === id);
          return was !== undefined && RANK[status] > RANK[was.status];
        })
        .map(({ id }) => id),
    ),
  ];
}

test('a verdict is not better where a served request is lost', (t) => {
  fc.assert(
    fc.property(
      incidents,
      fc.nat(),
      fc.constantFrom('timeout', 'connect-refused', '5xx-service', 'wrong-body'),
      (happening, which, outcome) => {
        const { events } = rollWith(happening);
        const served = events.filter(
          (event) =>
            event.type === 'request' && event.outcome === 'served' && event.control !== true,
        );
        const victim = served[which % served.length];
        const worse = events.map((event) =>
          event === victim && event.type === 'request' ? { ...event, outcome } : event,
        );
        const [one, other] = [judge(worse), judge(events)];
        t.deepEqual(better(one, other), []);
        t.true(
          one.api.failed + one.api.noise.requests ===
            other.api.failed + other.api.noise.requests + 1,
        );
      },
    ),
    RUNS,
  );
});

test('a verdict is not better where a completed operation came to a bad end', (t) => {
  fc.assert(
    fc.property(
      incidents,
      fc.nat(),
      fc.constantFrom('stuck', 'failed', 'lost'),
      (happening, which, outcome) => {
        const { events } = rollWith(happening);
        const completed = events.filter(
          (event) => event.type === 'operation-settled' && event.outcome === 'completed',
        );
        const victim = completed[which % completed.length];
        const worse = events.map((event) =>
          event === victim && event.type === 'operation-settled' ? { ...event, outcome } : event,
        );
        t.deepEqual(better(judge(worse), judge(events)), []);
      },
    ),
    RUNS,
  );
});

test('a verdict is not better where a log has an error more', (t) => {
  fc.assert(
    fc.property(
      incidents,
      chances,
      fc.constantFrom('traceback', 'rpc-version-refused', 'child-died'),
      fc.constantFrom('node1/heat-engine', 'node2/heat-api'),
      (happening, [chance = 0], signature, on) => {
        const story = rollWith(happening);
        const before = judge(story.events);
        story.at(1 + chance * 95).logged(on, '24.0.0', { signature });
        t.deepEqual(better(judge(story.events), before), []);
      },
    ),
    RUNS,
  );
});

test('a verdict is not better where an object changed that must not', (t) => {
  fc.assert(
    fc.property(incidents, chances, (happening, [chance = 0]) => {
      const story = rollWith(happening);
      const before = judge(story.events);
      story.at(1 + chance * 95).checked('any', 'thing', false);
      t.deepEqual(better(judge(story.events), before), []);
    }),
    RUNS,
  );
});

/** Clauses that are proven and were not, and an outcome that is passed and was not. */
function provenBy(excused: Verdict, before: Verdict): readonly string[] {
  return [
    ...(excused.outcome === 'passed' && before.outcome !== 'passed' ? ['outcome'] : []),
    ...TAGS.flatMap((name) =>
      excused.tags[name].clauses
        .filter(({ id, status }) => {
          const was = before.tags[name].clauses.find((clause) => clause.id === id);
          return status === 'proven' && was?.status !== 'proven';
        })
        .map(({ id }) => id),
    ),
  ];
}

/**
 * Events that may excuse a loss. A control that is lost beside a single loss, apart from every
 * swap, is not among them: such a loss is the machine's for sure, and does not count.
 */
const EXCUSES = {
  'controls that are slow': (story, at) => story.at(at + 3).control('served', 3),
  'a harness that is late': (story, at) => story.at(at + 3).delayed(3000),
  'a full listen queue': (story, at) =>
    story.at(at).logged('node1/heat-api', '24.0.0', { signature: 'api-queue-full' }),
  'a fault of the scenario': (story, at) =>
    story
      .at(at)
      .fault('began', 'cpu', 'machine')
      .at(at + 5)
      .fault('ended', 'cpu', 'machine'),
  'losses of the base': (story, at) => {
    for (const seconds of [1.5, 2, 2.5, 3]) {
      story.at(seconds + at / 1000).request('timeout', { operation: 'GET stacks' }, 0.1);
    }
    return story;
  },
} as const satisfies Readonly<Record<string, (story: Story, at: number) => Story>>;

for (const [what, excuse] of Object.entries(EXCUSES)) {
  test(`no excuse proves anything: ${what}`, (t) => {
    fc.assert(
      fc.property(incidents, fc.integer({ min: 1, max: 60 }), (happening, at) => {
        const story = rollWith(happening);
        const before = judge(story.events);
        t.deepEqual(provenBy(judge(excuse(story, at).events), before), []);
      }),
      RUNS,
    );
  });
}

test('a run that breaks off anywhere proves no tag, and is an error', (t) => {
  fc.assert(
    fc.property(incidents, fc.double({ min: 0, max: 1, noNaN: true }), (happening, share) => {
      const { events } = rollWith(happening);
      const cut = 1 + Math.floor(share * (events.length - 2));
      const { outcome, tags } = judge(events.slice(0, cut));
      t.is(outcome, 'error');
      t.deepEqual(
        TAGS.filter((name) => tags[name].status === 'proven'),
        [],
      );
    }),
    RUNS,
  );
});
