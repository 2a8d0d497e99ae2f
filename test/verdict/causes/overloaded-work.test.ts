import test from 'ava';
import { judge } from '../../../src/verdict/judge.ts';
import { NEW, OLD, Story } from '../stream.ts';

const ENGINE = 'node2/heat-engine';
const STACK = 'rollgate-1-1-nested';
const REQUEST = `req-update-${STACK}` as const;
const GONE_AWAY = {
  signature: 'database-unreachable',
  title: 'The database could not be reached, or closed the connection',
  sample:
    'Unhandled exception in check_resource: (2006, "MySQL server has gone away (ConnectionResetError(104, \'Connection reset by peer\'))")',
};

interface Course {
  /** The share of the time in which the subject's services wait for a core around the error. */
  readonly waited?: number;
  readonly error?: Partial<typeof GONE_AWAY>;
  readonly outcome?: 'stuck' | 'failed';
  /** A step stops this service ten seconds before the error. */
  readonly away?: string;
  /** A process of an engine ends by itself this many seconds before the error. */
  readonly died?: number;
}

/** An engine loses its connection a minute after the API took an update, of which nothing comes. */
function lost({ waited = 0.5, error = {}, outcome = 'stuck', away, died }: Course = {}): Story {
  const story = new Story({ swap: ['1.1 swap'], hold: ['2.1 hold'] });
  story.at(2).requests(20).step('1.1').at(4).swapped('node1/heat-engine').done('1.1');
  story.at(30).accepted('update', STACK);
  if (away !== undefined) story.at(80).stopping(away).at(84).stopped(away);
  for (let at = 20; at < 140; at += 2) {
    const containers = [
      { container: ENGINE, cpu: 0.4, waited, memoryBytes: 1 },
      { container: 'mysql', cpu: 0.1, waited, memoryBytes: 1 },
    ];
    const machine = { cores: 2, busy: 1, memoryBytes: 1, runnable: 9 };
    story.add({ type: 'usage-sampled', at: at * 1000, containers, machine });
  }
  if (died !== undefined) {
    story.at(90 - died).logged('node1/heat-engine', NEW.version, {
      signature: 'child-died',
      title: 'A process of the service ended by itself, and another was started',
      sample: 'Child 17 exited with status 3',
    });
  }
  story.at(90).logged(ENGINE, OLD.version, { ...GONE_AWAY, ...error, request: REQUEST });
  const status = outcome === 'stuck' ? 'UPDATE_IN_PROGRESS' : 'UPDATE_FAILED: gone away';
  story.at(150).settled('update', STACK, outcome, { status, stalledAt: 30_000 });
  return story.finished();
}

function resultOf(course: Course) {
  const verdict = judge(lost(course).events);
  const { clauses } = verdict.tags['supports-zero-downtime-upgrade'];
  return {
    status: clauses.find(({ id }) => id === 'every-accepted-operation-completed')?.status,
    evidence: clauses.find(({ id }) => id === 'every-accepted-operation-completed')?.evidence[0],
    first: verdict.causes[0],
  };
}

for (const outcome of ['stuck', 'failed'] as const) {
  test(`a stack is ${outcome} because its engine lost the database while the lab had no core left: the machine`, (t) => {
    const { status, evidence, first } = resultOf({ outcome });
    t.is(status, 'not-proven');
    t.regex(evidence ?? '', /^This machine could not carry the load/);
    t.like(first, {
      kind: 'machine-noise',
      harm: 'noise',
      title: 'This machine could not carry the load: engines lost connections and left work undone',
      count: 1,
      unit: 'stacks',
      victim: STACK,
    });
    t.regex(first?.avoidedBy ?? '', /load\.workload\.rate/);
  });
}

test('the same on a machine with cores to spare is the engine’s', (t) => {
  const { status, first } = resultOf({ waited: 0.1 });
  t.is(status, 'failed');
  t.like(first, {
    kind: 'work-failed-in-engine',
    title: `heat-engine ${OLD.version} failed at work and left it unfinished: ${GONE_AWAY.title}`,
  });
});

test('an error of another kind is the engine’s, on any machine', (t) => {
  const error = { signature: 'traceback-key-error', title: 'KeyError', sample: 'KeyError: x' };
  const { status, first } = resultOf({ error });
  t.is(status, 'failed');
  t.is(first?.kind, 'work-failed-in-engine');
});

test('what a stopping engine loses is no matter of the machine', (t) => {
  t.is(resultOf({ away: ENGINE }).status, 'failed');
});

const NO_REPLY = {
  signature: 'messaging-timeout',
  title: 'A call got no reply in time',
  sample: 'MessagingTimeout: Timed out waiting for a reply to message ID 3',
};

test('a call that got no reply is the machine’s too, unless its engine ended or stopped meanwhile', (t) => {
  t.is(resultOf({ error: NO_REPLY }).status, 'not-proven');
  t.is(resultOf({ error: NO_REPLY, died: 50 }).status, 'failed');
  t.is(resultOf({ error: NO_REPLY, died: 100 }).status, 'not-proven');
  t.is(resultOf({ error: NO_REPLY, away: 'node1/heat-engine' }).status, 'failed');
});
