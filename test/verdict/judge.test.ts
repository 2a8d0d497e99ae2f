import { readFile } from 'node:fs/promises';
import test from 'ava';
import { RollgateError } from '../../src/errors.ts';
import type { RunEvent } from '../../src/events/event.ts';
import { exitStatusOfVerdict, judge } from '../../src/verdict/judge.ts';
import { VerdictSchema, verdictJsonSchema } from '../../src/verdict/schema/verdict.ts';
import { badRoll, cleanRoll, roll } from './runs.ts';
import { NEW, OLD, Story } from './stream.ts';

test('the same events give the same verdict to the byte', (t) => {
  const text = (): string => JSON.stringify(judge(badRoll().events));
  t.is(text(), text());
  const saved: unknown = JSON.parse(JSON.stringify(badRoll().events));
  t.is(JSON.stringify(judge(saved as ReturnType<typeof badRoll>['events'])), text());
});

test('a verdict has the published form', (t) => {
  for (const story of [cleanRoll(), badRoll(), new Story()]) {
    t.notThrows(() => VerdictSchema.parse(judge(story.events)));
  }
});

test('the published JSON Schema is current', async (t) => {
  const file = new URL('../../src/verdict/schema/verdict.schema.json', import.meta.url);
  t.deepEqual(
    JSON.parse(await readFile(file, 'utf8')) as unknown,
    JSON.parse(JSON.stringify(verdictJsonSchema())),
    'Run: npx rollgate schema verdict > src/verdict/schema/verdict.schema.json',
  );
});

test('events without a start are not a run', (t) => {
  const error = t.throws(() => judge([]), { instanceOf: RollgateError });
  t.is(error?.code, 'run-not-started');
});

function conclusion(story: Story): readonly [string, number] {
  const verdict = judge(story.events);
  return [verdict.outcome, exitStatusOfVerdict(verdict)];
}

test('passed: every required tag is proven', (t) => {
  t.deepEqual(conclusion(cleanRoll({ require: ['supports-zero-downtime-upgrade'] })), [
    'passed',
    0,
  ]);
  t.deepEqual(conclusion(cleanRoll({ require: [] })), ['passed', 0]);
});

test('failed: a required tag failed, and the reason names the clause at the root of it', (t) => {
  const story = badRoll({ require: ['supports-zero-impact-upgrade'] });
  t.deepEqual(conclusion(story), ['failed', 99]);
  t.regex(
    judge(story.events).reasons[0] ?? '',
    /^supports-zero-impact-upgrade is required and failed: versions-understand-each-other \(/,
  );
});

test('failed: a required tag that could not be measured is not passed', (t) => {
  const story = cleanRoll({ require: ['supports-accessible-upgrade'] });
  t.deepEqual(conclusion(story), ['failed', 99]);
  t.regex(judge(story.events).reasons[0] ?? '', /is required and not-proven: resources-reachable/);
});

test('failed: a tag that is required and unknown is not passed', (t) => {
  t.deepEqual(conclusion(cleanRoll({ require: ['supports-magic'] })), ['failed', 99]);
});

const STAGES = { upgrade: ['1.1 swap @node1/heat-engine'] };

function unservedTarget(code: string): Story {
  return new Story(STAGES)
    .at(1)
    .step('1.1')
    .stopping('node1/heat-engine')
    .at(2)
    .stopped('node1/heat-engine')
    .started('node1/heat-engine')
    .at(90)
    .broke('1.1', code, 'heat-engine did not come to serve')
    .finished('failed', { code, message: 'heat-engine did not come to serve', step: '1.1' });
}

test('failed: a target’s service that does not start is the upgrade’s failure', (t) => {
  for (const code of ['not-ready', 'did-not-serve']) {
    const story = unservedTarget(code);
    t.deepEqual(conclusion(story), ['failed', 99]);
    const { reasons, tags } = judge(story.events);
    t.regex(reasons[0] ?? '', /^node1\/heat-engine 26\.0\.1 did not serve \(step 1\.1/);
    t.is(tags['supports-upgrade'].status, 'failed');
  }
});

test('failed: a service that does not start is the upgrade’s failure even without an event of its start', (t) => {
  const story = new Story(STAGES).at(1).step('1.1').stopping('node1/heat-engine');
  story.at(2).stopped('node1/heat-engine').at(90).broke('1.1', 'not-ready', 'exited at once');
  t.deepEqual(conclusion(story.finished('failed')), ['failed', 99]);
});

test('failed: a target whose data cannot be migrated', (t) => {
  const code = 'migration-failed';
  const story = new Story({ data: ['1.1 migrate-data'] }).at(1).step('1.1').at(9);
  story.broke('1.1', code, 'The database is not compatible').finished('failed', {
    code,
    message: 'no',
  });
  t.deepEqual(conclusion(story), ['failed', 99]);
  const { reasons, causes, tags } = judge(story.events);
  const said = 'The data could not be migrated (step 1.1, migrate-data): The database is not';
  t.true(reasons[0]?.startsWith(said));
  t.like(causes[0], { kind: 'migration-failed', step: '1.1' });
  const clause = tags['supports-upgrade'].clauses.find(({ id }) => id === 'data-migrated');
  t.is(clause?.status, 'failed');
});

test('failed: a target whose schema cannot be moved', (t) => {
  const code = 'migration-failed';
  const story = new Story({ schema: ['1.1 db-sync'] }).at(1).step('1.1').at(9);
  story.broke('1.1', code, 'Duplicate entry').finished('failed', { code, message: 'no' });
  t.deepEqual(conclusion(story), ['failed', 99]);
  const [reason] = judge(story.events).reasons;
  t.is(reason, 'The schema could not be moved (step 1.1, db-sync): Duplicate entry');
});

test('error: a base’s service that does not start is not the upgrade’s failure', (t) => {
  const story = new Story({ before: ['1.1 start @node1/heat-engine'] }, { services: [] });
  story.at(1).step('1.1').started('node1/heat-engine', OLD).at(90);
  story.broke('1.1', 'not-ready', 'no').finished('failed', { code: 'not-ready', message: 'no' });
  t.deepEqual(conclusion(story), ['error', 1]);
});

test('error: the harness could not do its work', (t) => {
  const story = unservedTarget('engine-unreachable');
  t.deepEqual(conclusion(story), ['error', 1]);
  t.deepEqual(judge(story.events).reasons, [
    'engine-unreachable in step 1.1: heat-engine did not come to serve',
  ]);
});

test('error: a run that the harness broke off fails no tag, and keeps what it saw as evidence', (t) => {
  const lost = (): Story => roll().at(35).request('connect-refused').at(46);
  const error = { code: 'engine-unreachable', message: 'no answer' };
  const { tags, outcome } = judge(lost().finished('failed', error).events);
  t.is(outcome, 'error');
  const { status, clauses } = tags['supports-zero-downtime-upgrade'];
  const noneLost = clauses.find(({ id }) => id === 'no-request-lost');
  t.deepEqual([status, noneLost?.status], ['not-proven', 'not-proven']);
  t.is(
    noneLost?.evidence[0],
    'Not judged, since the harness broke the run off: 1 of 121 requests lost.',
  );
  t.is(tags['supports-zero-impact-upgrade'].status, 'not-proven');
});

test('operations that never end do not hide the harm that came before', (t) => {
  const error = { code: 'not-settled', message: '1 operations still made progress', step: '6.4' };
  const ended = (story: Story) => judge(story.at(46).finished('failed', error).events);
  const require = ['supports-zero-downtime-upgrade'];
  const lost = ended(roll({ require }).at(35).request('connect-refused'));
  t.is(lost.outcome, 'failed');
  t.deepEqual(lost.reasons.length, 2);
  t.regex(lost.reasons[0] ?? '', /no-request-lost \(1 of 121 requests lost/);
  t.regex(lost.reasons[1] ?? '', /^not-settled/);
  t.is(exitStatusOfVerdict(lost), 99);
  t.is(ended(roll({ require })).outcome, 'error');
});

test('losses by the upgrade stay a failure, whether the run was completed, aborted or broke off', (t) => {
  const lost = (): Story => roll().at(35).request('connect-refused').at(46);
  const error = { code: 'script-failed', message: 'exit status 2' };
  for (const story of [
    lost().finished(),
    lost().finished('aborted'),
    lost().finished('failed', error),
    lost(),
  ]) {
    t.is(judge(story.events).tags['supports-zero-downtime-upgrade'].status, 'failed');
  }
});

test('error: an aborted run has an exit status of its own', (t) => {
  t.deepEqual(conclusion(roll().at(50).finished('aborted')), ['error', 105]);
});

test('error: an aborted run is no failed upgrade, although its target did not serve', (t) => {
  const error = { code: 'not-ready', message: 'no endpoint' };
  const story = new Story({ swap: ['1.1 swap'] }).at(1).step('1.1').stopping('node1/heat-engine');
  story.at(2).stopped('node1/heat-engine').at(3).started('node1/heat-engine').at(9);
  story.broke('1.1', error.code, error.message);
  t.deepEqual(conclusion(story.finished('aborted')), ['error', 105]);
});

test('error: events that break off cannot be judged', (t) => {
  const story = roll({ require: ['supports-upgrade'] });
  t.deepEqual(conclusion(story), ['error', 1]);
  t.is(judge(story.events).ended, 'unfinished');
});

/** The events, with those of one kind moved to the end, as if they were read late. */
function readLate(events: readonly RunEvent[], kind: RunEvent['type']): readonly RunEvent[] {
  const isLate = ({ type }: RunEvent): boolean => type === kind;
  return [...events.filter((event) => !isLate(event)), ...events.filter(isLate)];
}

test('a requested exit that is read late does not end the service that came after', (t) => {
  const { events } = cleanRoll({ require: ['supports-upgrade'] }).add({
    type: 'container-changed',
    at: 20_900,
    container: 'node2/heat-engine',
    change: 'exited',
    exitCode: 0,
  });
  t.is(judge(events).outcome, 'passed');
  t.deepEqual(judge(readLate(events, 'container-changed')), judge(events));
});

test('the first engine that took a call is the first by time, whichever log was read first', (t) => {
  const story = cleanRoll();
  for (const [at, id] of [
    [30, 'req-a'],
    [30.5, 'req-b'],
  ] as const) {
    story.at(at).request('wrong-body', { id, status: 200 });
    story.at(at - 0.05).taken(id, 'node1/heat-engine', NEW.version);
    story.at(at - 0.02).taken(id, 'node2/heat-engine', NEW.version);
  }
  const { events } = story;
  t.deepEqual(judge(events.toReversed()).causes, judge(events).causes);
});

test('an image of the same version is a target like any other', (t) => {
  const image = { series: 'image', version: OLD.version, image: 'heat:rebuilt' };
  const story = cleanRoll({ target: image });
  const { tags, matrix, mixed, causes } = judge(story.events);
  t.is(tags['supports-upgrade'].status, 'proven', JSON.stringify(tags['supports-upgrade'].clauses));
  t.is(tags['supports-rolling-upgrade'].status, 'proven');
  t.true(mixed.requests.base > 0 && mixed.requests.target > 0);
  const labels = new Set(matrix.flatMap(({ madeBy, changedBy }) => [madeBy, changedBy]));
  t.deepEqual([...labels].sort(), ['24.0.0 (base)', '24.0.0 (target)']);
  t.deepEqual(causes, []);
});

test('two names of one image: the verdict begins with “a restart”, and no tag is proven', (t) => {
  const target = { series: 'image', version: OLD.version, image: 'heat:other-name' };
  const story = cleanRoll({ target, restart: true, require: [] });
  const { tags, reasons, outcome } = judge(story.events);
  t.is(outcome, 'passed');
  t.is(
    reasons[0],
    'A restart, not an upgrade: base and target are the same image (heat:2025.1, heat:other-name).',
  );
  t.deepEqual(
    Object.values(tags).filter(({ status }) => status === 'proven'),
    [],
  );
});

const ENDED = [
  ['the engine was stopped', 0, 'error'],
  ['it was killed', 137, 'error'],
  ['it crashed', 139, 'failed'],
] as const;
for (const [how, exitCode, outcome] of ENDED) {
  test(`a target that did not serve beside a database that ended, where ${how}: ${outcome}`, (t) => {
    const error = { code: 'not-ready', message: 'no endpoint' };
    const events = (exited: boolean): readonly RunEvent[] => {
      const story = new Story({ swap: ['1.1 swap'] }).at(1).step('1.1');
      story.stopping('node1/heat-engine').at(2).stopped('node1/heat-engine');
      if (exited) {
        const change = 'exited';
        story.add({ type: 'container-changed', at: 3000, container: 'mysql', change, exitCode });
      }
      story.at(4).started('node1/heat-engine').at(9).broke('1.1', error.code, error.message);
      return story.finished('failed', error).events;
    };
    t.is(judge(events(false)).outcome, 'failed');
    t.is(judge(events(true)).outcome, outcome);
  });
}
