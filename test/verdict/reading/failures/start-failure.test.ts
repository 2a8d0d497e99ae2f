import test from 'ava';
import type { RunEvent } from '../../../../src/events/event.ts';
import { judge } from '../../../../src/verdict/judge.ts';
import { OLD, NEW, Story } from '../../stream.ts';

// The meaning for the upgrade of a step that brought no service up.

const ENGINE = 'node1/heat-engine';
const ERROR = { code: 'not-ready', message: 'no endpoint' };

function exited(container: string, at: number, exitCode: number): RunEvent {
  return { type: 'container-changed', at, container, change: 'exited', exitCode };
}

/** The target's engine is started at 4 s and given up at 9 s. */
function unserved(...events: readonly RunEvent[]): Story {
  const story = new Story({ swap: ['1.1 swap'] }).at(1).step('1.1').stopping(ENGINE);
  story.at(2).stopped(ENGINE).at(4).started(ENGINE);
  for (const event of events) story.add(event);
  return story.at(9).broke('1.1', ERROR.code, ERROR.message);
}

function outcomeOf(story: Story): string {
  return judge(story.finished('failed', ERROR).events).outcome;
}

test('only infrastructure that was killed while the target started takes the blame', (t) => {
  t.is(outcomeOf(unserved()), 'failed');
  t.is(outcomeOf(unserved(exited('mysql', 5000, 137))), 'error');
  t.is(
    outcomeOf(unserved(exited('node2/heat-api', 5000, 137))),
    'failed',
    'a service of the subject',
  );
  t.is(
    outcomeOf(
      unserved()
        .at(10)
        .add(exited('mysql', 10_000, 137))
        .at(11),
    ),
    'failed',
    'later',
  );
});

test('infrastructure that the scenario itself stops is not an excuse for the target', (t) => {
  const story = unserved(exited('mysql', 5000, 0));
  t.is(outcomeOf(story.at(4.5).fault('began', 'stop', 'mysql')), 'failed');
});

test('a step that was aborted shows no failure of the target', (t) => {
  const story = new Story({ swap: ['1.1 swap'] }).at(1).step('1.1').stopping(ENGINE);
  story.at(2).stopped(ENGINE).at(4).started(ENGINE).at(9);
  story.add({
    type: 'step-finished',
    at: 9000,
    step: '1.1',
    status: 'aborted',
    seconds: 8,
    error: ERROR,
  });
  const error = { code: 'engine-unreachable', message: 'gone' };
  t.is(judge(story.finished('failed', error).events).outcome, 'error');
});

test('the reason is the first error that the service logged, and no warning before it', (t) => {
  const story = unserved().at(5).logged(ENGINE, NEW.version, { severity: 'warning', title: 'Hm' });
  story.at(6).logged(ENGINE, NEW.version, { title: 'KeyError' });
  t.regex(judge(story.finished('failed', ERROR).events).reasons[0] ?? '', /: KeyError$/);
});

test('an error that the old service logged while it was stopped is no reason of the new one', (t) => {
  for (const at of [1.5, 5]) {
    const story = unserved().at(at).logged(ENGINE, OLD.version, { title: 'No reply in time' });
    const [reason = ''] = judge(story.finished('failed', ERROR).events).reasons;
    t.regex(reason, /: no endpoint$/, `logged at ${at} s`);
  }
});

test('with base and target of one version, an error before the new service started is the old one’s', (t) => {
  const story = new Story({ swap: ['1.1 swap'] }, { target: OLD }).at(1).step('1.1');
  story.stopping(ENGINE).at(1.5).logged(ENGINE, OLD.version, { title: 'No reply in time' });
  story.at(2).stopped(ENGINE).at(4).started(ENGINE).at(9).broke('1.1', ERROR.code, ERROR.message);
  const [reason = ''] = judge(story.finished('failed', ERROR).events).reasons;
  t.notRegex(reason, /No reply/);
});

test('a run that stopped because the base failed keeps the losses of the base as losses', (t) => {
  const story = new Story({ hold: ['1.1 hold'] }).at(1).step('1.1').at(2).requests(60);
  story.at(5).request('5xx-service', { status: 500 }).at(9);
  const verdict = judge(
    story.finished('failed', { code: 'base-fails', message: 'GET does not work' }).events,
  );
  t.is(verdict.outcome, 'failed');
  const { clauses } = verdict.tags['supports-zero-downtime-upgrade'];
  const evidence = clauses.find(({ id }) => id === 'no-request-lost')?.evidence[0] ?? '';
  t.regex(evidence, /^The base lost it by itself/);
});

test('a service of the base that is started again is not a rollback, unless the target ran before', (t) => {
  const restarted = new Story().at(10).swapped(ENGINE, OLD, OLD).at(30).finished();
  t.is(judge(restarted.events).rollback, null);
  const same = new Story({}, { target: OLD }).at(10).swapped(ENGINE, OLD, OLD);
  t.is(judge(same.at(20).swapped(ENGINE, OLD, OLD).at(30).finished().events).rollback, null);
});

test('a rollback that served is not a failure, although its step failed for another reason', (t) => {
  const story = new Story({ back: ['1.1 swap', '2.1 swap'] }).at(5).swapped(ENGINE).at(20);
  story.step('2.1').swapped(ENGINE, NEW, OLD).at(30).broke('2.1', 'timed-out', 'no answer');
  const { rollback, outcome } = judge(
    story.at(40).finished('failed', { code: 'timed-out', message: 'no answer' }).events,
  );
  t.is(outcome, 'error');
  t.is(rollback?.status, 'not-proven');
});

test('a server of a cluster that does not come back breaks the upgrade, with the reason that it logged', (t) => {
  const infrastructure = [
    { service: 'rabbitmq', suite: 'forky', servers: ['rabbitmq-1', 'rabbitmq-2', 'rabbitmq-3'] },
  ];
  const start = { target: OLD, infrastructure };
  const story = new Story({ rabbitmq: ['1.1 swap-infrastructure'] }, start).at(5).step('1.1');
  const service = 'rabbitmq-1';
  story.add({ type: 'infrastructure-stopping', at: 5000, service, version: '4.0.5' });
  story.at(6).logged(`infrastructure/${service}`, '4.0.5', { title: 'It closes connections' });
  story.add(exited(service, 7000, 0));
  story.add({ type: 'container-changed', at: 10_000, container: service, change: 'started' });
  story.add(exited(service, 19_000, 1)).at(20);
  story.logged(`infrastructure/${service}`, 'of forky', { title: 'It did not join' });
  const { outcome, reasons, causes, tags } = judge(
    story.at(21).broke('1.1', ERROR.code, ERROR.message).finished('failed', ERROR).events,
  );
  t.is(outcome, 'failed');
  t.regex(reasons[0] ?? '', /^The new rabbitmq-1 did not serve .*: It did not join$/);
  t.is(causes[0]?.kind, 'target-did-not-serve');
  const outages = causes.filter(({ kind }) => kind === 'infrastructure-stopped');
  t.deepEqual(
    outages.map(({ title }) => title),
    ['rabbitmq-1 was stopped for 14.0 s; no request was lost or held up'],
  );
  const clause = tags['supports-upgrade'].clauses.find(
    ({ id }) => id === 'infrastructure-at-target',
  );
  t.is(clause?.status, 'failed');
});
