import test from 'ava';
import { judge } from '../../../../src/verdict/judge.ts';
import { NEW, Story } from '../../stream.ts';

const LATE = 'GET outputs';
const OTHERS = ['GET stack', 'GET events', 'GET files', 'GET template'];

/**
 * A roll; each call is sent once at the base and twice at the target.
 *
 * @param seconds How long an answer of an operation takes, with the number of the call.
 */
function rolled(seconds: (operation: string, turn: number) => number) {
  return judge(rolledStory(seconds).events);
}

function rolledStory(seconds: (operation: string, turn: number) => number): Story {
  const story = new Story().at(0.2).add({
    type: 'crossing-wanted',
    at: 200,
    meetings: [{ sender: 'api', from: 'target', to: 'base' }],
    operations: [LATE],
  });
  const calls = (from: number, turn: number): void => {
    for (const [index, operation] of [LATE, ...OTHERS].entries()) {
      const took = seconds(operation, turn);
      story.at(from + index * 3 + took).request('served', { operation, probe: 'calls' }, took);
    }
  };
  calls(1, 0);
  story.at(20).swapped('node1/heat-engine').at(60).swapped('node2/heat-engine');
  calls(70, 1);
  calls(90, 2);
  return story;
}

function clauseOf(verdict: ReturnType<typeof judge>) {
  return verdict.tags['supports-zero-downtime-upgrade'].clauses.find(
    ({ id }) => id === 'no-request-slowed',
  );
}

test('a call that the target answers later, whenever it is sent, fails the tag', (t) => {
  const verdict = rolled((operation, turn) => (operation === LATE && turn > 0 ? 1.6 : 0.1));
  t.like(clauseOf(verdict), {
    status: 'failed',
    evidence: ['GET outputs: 1.6 s or more in each of 2 answers, 0.1 s or less from the base'],
  });
  t.like(
    verdict.causes.find(({ kind }) => kind === 'requests-slowed'),
    {
      title: '26.0.1 answers later than 24.0.0: GET outputs',
      version: NEW.version,
      harm: 'slowed',
    },
  );
});

test('a call that is late once, or in both releases, is not the target’s', (t) => {
  const once = rolled((operation, turn) => (operation === LATE && turn === 1 ? 1.6 : 0.1));
  t.is(clauseOf(once)?.status, 'proven');
  const always = rolled((operation) => (operation === LATE ? 1.6 : 0.1));
  t.is(clauseOf(always)?.status, 'proven');
});

test('what is as late as other answers of the same time is the machine’s', (t) => {
  // Only the late call is sent while the machine is busy; others are late then, too.
  const busy = (own: number) => {
    const story = rolledStory((operation, turn) => (operation === LATE && turn > 0 ? own : 0.1));
    for (const at of [70, 90]) {
      for (const [index, operation] of OTHERS.entries()) {
        for (const turn of [0, 1]) {
          const took = 1.2 + index / 10;
          story.at(at + turn / 2 + took).request('served', { operation, probe: 'calls' }, took);
        }
      }
    }
    return judge(story.events);
  };
  t.is(clauseOf(busy(1.7))?.status, 'proven');
  t.is(clauseOf(busy(4))?.status, 'failed');
});

test('on a machine that is slow just then, two late answers are too few', (t) => {
  const noisy = (answers: number) => {
    const story = rolledStory((operation, turn) => (operation === LATE && turn > 0 ? 1.6 : 0.1));
    for (let more = 2; more < answers; more += 1) {
      story.at(95 + 3 * more).request('served', { operation: LATE, probe: 'calls' }, 1.6);
    }
    for (let at = 0; at < 120; at += 0.5) {
      story.at(at + 3).control('served', at < 65 ? 0.003 : 2);
    }
    return judge(story.events);
  };
  t.is(clauseOf(noisy(2))?.status, 'proven');
  t.is(clauseOf(noisy(4))?.status, 'failed');
});

test('where most calls are late, it is the machine', (t) => {
  t.is(clauseOf(rolled((_, turn) => (turn > 0 ? 2 : 0.1)))?.status, 'proven');
});

test('a run without calls that cross has no such clause', (t) => {
  t.is(clauseOf(judge(new Story().events)), undefined);
});

test('a call that is later by less than a second in many answers is named, and fails no tag', (t) => {
  const of = (took: number, answers = 12, base = 0.2) => {
    const story = rolledStory((operation, turn) =>
      operation === LATE ? (turn === 0 ? base : took) : 0.1,
    );
    for (let more = 0; more < answers; more += 1) {
      for (const operation of [LATE, ...OTHERS]) {
        const own = operation === LATE ? [base, took] : [0.1, 0.1];
        story.at(2 + more).request('served', { operation, probe: 'calls' }, own[0]);
        story.at(95 + 3 * more).request('served', { operation, probe: 'calls' }, own[1]);
      }
    }
    const verdict = judge(story.events);
    t.is(clauseOf(verdict)?.status, 'proven');
    return verdict.causes.filter(({ kind }) => kind === 'requests-slowed');
  };
  const [cause, ...others] = of(0.6);
  t.deepEqual(others, []);
  t.like(cause, {
    title: '26.0.1 answers later than 24.0.0, by less than a second: GET outputs',
    harm: 'slowed',
    count: 14,
    evidence: [
      'GET outputs: 0.6 s or more in each of 14 answers, 0.2 s or less in nine of ten from the base',
      'It is less than a second, so it fails no tag.',
    ],
  });
  t.deepEqual(of(0.35), [], 'too little more');
  t.deepEqual(of(0.6, 7), [], 'too few answers');
  t.deepEqual(of(1, 12, 0.75), [], 'less than half as much again');
});
