import test from 'ava';
import { judge } from '../../../src/verdict/judge.ts';
import { NEW, Story } from '../stream.ts';

const LATE = 'GET outputs';
const OTHERS = ['GET stack', 'GET events', 'GET files', 'GET template'];

/**
 * A roll; each call is sent once at the base and twice at the target.
 *
 * @param seconds How long an answer of an operation takes, with the number of the call.
 */
function rolled(seconds: (operation: string, turn: number) => number) {
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
  return judge(story.events);
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

test('where most calls are late, it is the machine', (t) => {
  t.is(clauseOf(rolled((_, turn) => (turn > 0 ? 2 : 0.1)))?.status, 'proven');
});

test('a run without calls that cross has no such clause', (t) => {
  t.is(clauseOf(judge(new Story().events)), undefined);
});
