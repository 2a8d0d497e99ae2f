import test from 'ava';
import { cleanRoll, roll } from '../runs.ts';
import { NEW, OLD, Story } from '../stream.ts';
import { clauseIn } from './read.ts';

const TAG = 'supports-upgrade';
const AT_TARGET = 'services-at-target';
const ENGINE = 'node1/heat-engine';

function swapped(): Story {
  const story = new Story({ swap: ['1.1 swap'] });
  for (const name of ['node1/heat-api', 'node2/heat-api', 'node2/heat-engine']) {
    story.at(5).swapped(name);
  }
  return story;
}

test('services-at-target: a service that was started and did not serve is not at the target', (t) => {
  const story = swapped().at(10).stopping(ENGINE).stopped(ENGINE).at(11).started(ENGINE).at(30);
  const found = clauseIn(story.finished(), TAG, AT_TARGET);
  t.is(found?.status, 'failed');
  t.deepEqual(found?.evidence, [`${ENGINE} was started at ${NEW.version} and did not serve.`]);
});

test('services-at-target: a service that was asked to stop at the end did not exit by itself', (t) => {
  const story = swapped().at(10).swapped(ENGINE).at(20).stopping(ENGINE, NEW).stopped(ENGINE, NEW);
  t.is(clauseIn(story.finished(), TAG, AT_TARGET)?.status, 'proven');
});

test('infrastructure-at-target: infrastructure that should have been swapped and was not is not proven', (t) => {
  const infrastructure = [
    { service: 'mysql', suite: 'trixie' },
    { service: 'rabbitmq', suite: 'trixie' },
  ] as const;
  const start = { target: OLD, infrastructure };
  const story = new Story({ swap: ['1.1 swap-infrastructure'] }, start).at(5);
  const common = { service: 'mysql' } as const;
  story.add({ type: 'infrastructure-stopping', at: 5000, ...common, version: '8' });
  story.add({ type: 'infrastructure-serving', at: 7000, ...common, version: '9', seconds: 2 });
  const found = clauseIn(story.at(20).finished(), TAG, 'infrastructure-at-target');
  t.is(found?.status, 'not-proven');
  t.regex(found?.evidence[0] ?? '', /^Not swapped: rabbitmq/);
});

const CARRIED = 'made-before-works-after';

test('made-before-works-after: a stack that failed or was lost before the swaps does not count as made before', (t) => {
  const story = new Story().at(1).accepted('create', 'a').at(2).settled('create', 'a', 'failed');
  story.at(10).swapped(ENGINE).at(20).accepted('delete', 'a').at(21).settled('delete', 'a');
  const found = clauseIn(story.finished(), TAG, CARRIED);
  t.is(found?.status, 'not-proven');
  t.regex(found?.evidence[0] ?? '', /^No stack was completed before the first swap/);
});

test('made-before-works-after: a stack that the API no longer knows fails, and so does a stuck one', (t) => {
  const after = (outcome: 'lost' | 'stuck' | 'failed' | 'completed'): string | undefined => {
    const story = new Story().at(1).accepted('create', 'a').at(2).settled('create', 'a');
    story.at(10).swapped(ENGINE).at(20).accepted('update', 'a').at(30);
    return clauseIn(story.settled('update', 'a', outcome).finished(), TAG, CARRIED)?.status;
  };
  t.is(after('lost'), 'failed');
  t.is(after('stuck'), 'failed');
  t.is(after('failed'), 'failed');
  t.is(after('completed'), 'proven');
});

test('made-before-works-after: an unsettled stack is unknown', (t) => {
  const story = cleanRoll().at(42).accepted('delete', 'early');
  const found = clauseIn(story, TAG, CARRIED);
  t.is(found?.status, 'not-proven');
  t.regex(found?.evidence[0] ?? '', /^The outcome of delete of early is not known/);
});

test('made-before-works-after: a refusal because of a busy object is not a fault, nor is a brief error', (t) => {
  const refused = (status: number, outcome: 'unexpected-status' | '5xx-service'): Story =>
    cleanRoll().at(42).request(outcome, { object: 'early', status, operation: 'update' });
  t.is(clauseIn(refused(409, 'unexpected-status'), TAG, CARRIED)?.status, 'proven');
  t.is(clauseIn(refused(400, 'unexpected-status'), TAG, CARRIED)?.status, 'failed');
  t.is(clauseIn(refused(500, '5xx-service'), TAG, CARRIED)?.status, 'proven');
});

const GRACE = 'stops-gracefully';

test('stops-gracefully: an exit without a request is not a stop', (t) => {
  const story = new Story().at(5).stopped(ENGINE, OLD, 137).at(20).finished();
  t.is(clauseIn(story, TAG, GRACE)?.status, 'not-proven');
});

test('stops-gracefully: a slow machine may be why the base’s service had to be killed, never the target’s', (t) => {
  const killed = (release: typeof OLD, slowSeconds: number) => {
    const before = release === NEW ? new Story().at(3).swapped(ENGINE) : new Story();
    const story = before.at(5).stopping(ENGINE, release);
    for (let second = 6; second <= 5 + slowSeconds; second += 1) story.at(second).delayed(2000);
    return clauseIn(story.at(65).stopped(ENGINE, release, 137).at(70).finished(), TAG, GRACE);
  };
  t.is(killed(OLD, 50)?.status, 'not-proven');
  t.deepEqual(killed(OLD, 50)?.evidence, [
    'node1/heat-engine 24.0.0 was asked to stop at 5.0 s, did not end and was killed at 65.0 s. The machine was too slow for 50.0 s of that time.',
  ]);
  t.is(killed(OLD, 10)?.status, 'failed');
  t.is(killed(NEW, 50)?.status, 'failed');
});

test('schema-moved: a finished step without a known revision proves nothing', (t) => {
  const story = new Story({ a: ['1.1 db-sync'] }).at(1).step('1.1').at(2).done('1.1').finished();
  const found = clauseIn(story, TAG, 'schema-moved');
  t.is(found?.status, 'not-proven');
  t.regex(found?.evidence[0] ?? '', /revision was not seen/);
});

test('configuration-unchanged: if no service serves at the target, nothing is proven', (t) => {
  const found = clauseIn(new Story().at(9).finished(), TAG, 'configuration-unchanged');
  t.deepEqual(
    [found?.status, found?.evidence[0]],
    ['not-proven', 'No service was seen serving at the target.'],
  );
});

test('checks-passed: only checks at the clause’s own points count, and one that was not done leaves it open', (t) => {
  const checked = (point: string, status: 'passed' | 'failed' | null): Story => {
    const story = roll()
      .stage('checks', [{ id: '9.1', name: 'check', kind: 'check' }])
      .at(47);
    const common = { step: '9.1', at: 47_000 } as const;
    story.add({ type: 'check-started', ...common, point, check: 'hook', onFailure: 'fail' });
    if (status === null) return story.at(48).finished();
    const detail = { detail: 'x', output: '', seconds: 1 };
    return story
      .add({ type: 'check-finished', ...common, status, ...detail })
      .at(48)
      .finished();
  };
  t.is(clauseIn(checked('after', 'passed'), TAG, 'checks-passed')?.status, 'proven');
  t.is(clauseIn(checked('after', 'failed'), TAG, 'checks-passed')?.status, 'failed');
  t.is(clauseIn(checked('after', null), TAG, 'checks-passed')?.status, 'not-proven');
  t.is(clauseIn(checked('mixed', 'failed'), TAG, 'checks-passed'), undefined);
});

test('made-before-works-after: a stack counts from its last progress, however late it was seen', (t) => {
  const story = new Story().at(1).accepted('create', 'a').at(12);
  story.settled('create', 'a', 'completed', { lastProgressAt: 3000 });
  story.at(10).swapped(ENGINE).at(20).accepted('delete', 'a').at(21).settled('delete', 'a');
  t.is(clauseIn(story.finished(), TAG, CARRIED)?.status, 'proven');
});

test('configuration-unchanged: a target that did not serve with it fails', (t) => {
  const error = { code: 'not-ready', message: 'no endpoint' };
  const story = swapped().at(9).step('1.1').stopping(ENGINE).at(10).stopped(ENGINE).at(11);
  story.started(ENGINE).at(20).broke('1.1', error.code, error.message).finished('failed', error);
  t.is(clauseIn(story, TAG, 'configuration-unchanged')?.status, 'failed');
});

test('infrastructure-at-target: every server of a cluster has to be at the new version', (t) => {
  const servers = ['keystone-1', 'keystone-2'];
  const start = { target: OLD, infrastructure: [{ service: 'keystone', suite: 'forky', servers }] };
  const story = new Story({ swap: ['1.1 swap-infrastructure'] }, start).at(5);
  const swap = (service: string, at: number): void => {
    story.add({ type: 'infrastructure-stopping', at, service, version: '27' });
    story.add({
      type: 'infrastructure-serving',
      at: at + 2000,
      service,
      version: '30',
      seconds: 2,
    });
  };
  swap('keystone-1', 5000);
  const half = clauseIn(story.at(20).finished(), TAG, 'infrastructure-at-target');
  t.regex(half?.evidence[0] ?? '', /^Not swapped: keystone-2/);
  swap('keystone-2', 25_000);
  t.is(clauseIn(story.at(40).finished(), TAG, 'infrastructure-at-target')?.status, 'proven');
});

const LEFT_OUT = {
  type: 'integrity-left-out',
  check: 'nothing-orphaned',
  why: 'the last operation of 1 stack is stuck',
} as const;

test('integrity: a check that was left out is named with its reason, and does not count as held', (t) => {
  const integrity = (story: Story) => clauseIn(story, TAG, 'integrity');
  const held = integrity(cleanRoll().add({ ...LEFT_OUT, at: 45_000 }));
  t.is(held?.status, 'proven');
  t.deepEqual(held?.evidence, [
    'random string unchanged: 1 check held.',
    'Not judged: nothing-orphaned, since the last operation of 1 stack is stuck.',
  ]);
  const broken = roll()
    .at(45)
    .checked('any', 'thing', false)
    .add({ ...LEFT_OUT, at: 45_000 });
  t.regex(integrity(broken.finished())?.evidence.at(-1) ?? '', /^Not judged: nothing-orphaned/);
  const alone = new Story().add({ ...LEFT_OUT, at: 45_000 }).finished();
  t.is(integrity(alone)?.status, 'not-proven');
  t.regex(integrity(alone)?.evidence.at(-1) ?? '', /^Not judged: nothing-orphaned/);
});
