import test from 'ava';
import { judge } from '../../../src/verdict/judge.ts';
import { cleanRoll, roll } from '../runs.ts';
import { NEW, OLD, Story } from '../stream.ts';

const REFUSED = { signature: 'amqp-precondition-failed', title: 'PRECONDITION_FAILED' };
const DIED = { signature: 'child-died', title: 'A process ended by itself' };

function kindsOf({ events }: Story): readonly string[] {
  return judge(events).causes.map(({ kind }) => kind);
}

test('of causes of equal harm the one that cost more comes first, whichever was earlier', (t) => {
  const story = cleanRoll().at(32).request('5xx-service', { status: 500, operation: 'A' });
  for (const at of [34, 35]) story.at(at).request('wrong-body', { status: 200, operation: 'B' });
  t.deepEqual(
    judge(story.events).causes.map(({ count }) => count),
    [2, 1],
  );
});

test('of causes with equal cost the earlier one comes first', (t) => {
  const story = cleanRoll().at(34).request('5xx-service', { status: 500 });
  story.at(32).request('wrong-body', { status: 200 });
  const times = judge(story.events).causes.map(({ firstAt }) => firstAt);
  t.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  );
});

test('a target that did not serve comes before a process that ended by itself', (t) => {
  const error = { code: 'not-ready', message: 'no endpoint' };
  const story = new Story({ swap: ['1.1 swap @node1/heat-engine'] }).at(1).step('1.1');
  story.stopping('node1/heat-engine').at(2).stopped('node1/heat-engine').at(3);
  story.started('node1/heat-engine').logged('node2/heat-engine', OLD.version, DIED);
  story.at(9).broke('1.1', error.code, error.message).finished('failed', error);
  t.deepEqual(kindsOf(story), ['target-did-not-serve', 'child-died']);
});

test('a broker that refused from the first swap on comes before losses; one that refused earlier does not', (t) => {
  const lost = (at: number): Story =>
    cleanRoll()
      .at(at)
      .logged('node1/heat-engine', NEW.version, REFUSED)
      .at(32)
      .request('wrong-body');
  t.deepEqual(kindsOf(lost(31)), ['amqp-precondition-failed', 'requests-lost']);
  t.deepEqual(kindsOf(lost(2)), ['requests-lost', 'amqp-precondition-failed']);
});

test('a process that ended before the first swap does not come before losses', (t) => {
  const lost = (at: number): Story =>
    cleanRoll().at(at).logged('node1/heat-engine', NEW.version, DIED).at(32).request('wrong-body');
  t.deepEqual(kindsOf(lost(31)), ['child-died', 'requests-lost']);
  t.deepEqual(kindsOf(lost(2)), ['requests-lost', 'child-died']);
});

test('infrastructure that a fault of the scenario ended does not come before losses', (t) => {
  const ended = (story: Story): Story => {
    const common = { type: 'container-changed', container: 'mysql' } as const;
    story.add({ ...common, at: 15_000, change: 'exited', exitCode: 1 });
    story.add({ ...common, at: 17_000, change: 'started' });
    return story.at(38).request('wrong-body', { status: 200 });
  };
  t.deepEqual(kindsOf(ended(cleanRoll())), ['infrastructure-stopped', 'requests-lost']);
  const intended = cleanRoll().at(15).fault('began', 'kill', 'mysql');
  intended.at(17).fault('ended', 'kill', 'mysql');
  t.deepEqual(kindsOf(ended(intended)), ['requests-lost', 'infrastructure-stopped']);
});

/** Both apis stop at 20 s and are away until 26 s; some requests find none, one is answered wrongly. */
function cold(also: readonly number[], gone = true): Story {
  const story = new Story({ stop: ['1.1 together'] }).at(5).requests(20).at(15).step('1.1');
  story.at(16).request('wrong-body', { status: 200 }).at(20);
  const apis = ['node1/heat-api', 'node2/heat-api'] as const;
  for (const api of apis) story.stopping(api);
  if (gone) for (const api of apis) story.at(21).stopped(api);
  for (const at of [22, 23, ...also]) {
    story.at(at).request('5xx-balancer', { status: 503, server: undefined });
  }
  if (gone) for (const api of apis) story.at(24).started(api).at(26).serving(api);
  return story.at(40).requests(10);
}

test('requests lost while no api ran are due to the plan, if all of them were lost then', (t) => {
  const counts = (story: Story): readonly number[] =>
    judge(story.events)
      .causes.filter(({ kind }) => kind === 'requests-lost')
      .map(({ count }) => count);
  t.deepEqual(counts(cold([])), [1, 2]);
  t.deepEqual(counts(cold([17])), [1, 1, 2], 'one was lost while both served: not the plan’s');
  t.deepEqual(counts(cold([], false)), [2, 1], 'they were asked to stop, and were not gone');
});

test('a base that fails by itself is the first cause, above all losses by the upgrade', (t) => {
  const story = new Story({ before: ['1.1 hold'], swap: ['2.1 swap'] }).at(0).step('1.1').at(1);
  story.requests(60);
  for (const at of [4, 5, 6]) {
    story.at(at).request('unexpected-status', { operation: 'signal', status: 403 });
  }
  story.at(9).done('1.1').step('2.1').at(10).swapped('node1/heat-engine').at(20);
  story.accepted('create', 'a').at(30).settled('create', 'a', 'lost').finished();
  t.deepEqual(kindsOf(story), ['base-fails', 'stack-lost']);
});

test('an error that explains a failed or stuck stack is not a separate cause', (t) => {
  const error = { signature: 'traceback-key-error', title: 'KeyError' };
  const story = (outcome: 'failed' | 'stuck'): Story =>
    roll()
      .at(31)
      .accepted('create', 'a')
      .at(32)
      .logged('node1/heat-engine', NEW.version, { ...error, request: 'req-create-a' })
      .at(33)
      .settled('create', 'a', outcome, { status: 'CREATE_FAILED: no', lastProgressAt: 32_000 });
  t.deepEqual(kindsOf(story('failed')), ['stack-failed']);
  t.deepEqual(kindsOf(story('stuck')), ['work-failed-in-engine']);
});
