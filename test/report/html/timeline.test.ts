import test from 'ava';
import { readTimeline } from '../../../src/report/html/timeline/timeline.ts';
import { bucketFor } from '../../../src/report/html/timeline/traffic.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { badRoll, cleanRoll } from '../../verdict/runs.ts';

const read = ({ events }: ReturnType<typeof badRoll>) => readTimeline(events, judge(events));

test('a service’s lane goes from base through the swap to target, without a gap', (t) => {
  const timeline = read(cleanRoll());
  t.deepEqual(
    timeline.services.map(({ name }) => name),
    ['node1/heat-api', 'node1/heat-engine', 'node2/heat-api', 'node2/heat-engine'],
  );
  for (const { bands } of timeline.services) {
    t.is(bands[0]?.state, 'base');
    t.is(bands.at(-1)?.state, 'target');
    t.is(bands[0]?.from, timeline.from);
    t.is(bands.at(-1)?.to, timeline.to);
    t.deepEqual(
      bands.slice(1).map(({ from }) => from),
      bands.slice(0, -1).map(({ to }) => to),
    );
  }
});

test('every served request is counted once, and every lost one is drawn', (t) => {
  const { events } = badRoll();
  const { probes } = read(badRoll());
  const requests = events.filter((event) => event.type === 'request');
  const served = probes.flatMap((probe) => probe.served).reduce((sum, one) => sum + one, 0);
  const lost = probes.flatMap((probe) => probe.lost);
  t.is(served, requests.filter(({ outcome }) => outcome === 'served').length);
  t.is(lost.length, requests.filter(({ outcome }) => outcome !== 'served').length);
  t.true(lost.length > 0);
});

test('each disruption of the verdict is in the row of its probe', (t) => {
  const { events } = badRoll();
  const verdict = judge(events);
  const { probes } = readTimeline(events, verdict);
  const drawn = probes.flatMap(({ name, disruptions }) =>
    disruptions.map(({ index }) => ({ index, name })),
  );
  t.deepEqual(
    drawn.sort((a, b) => a.index - b.index),
    verdict.api.disruptions.map(({ probe, connection }, index) => ({
      index,
      name: `${probe}, ${connection}`,
    })),
  );
});

test('a stuck stack is shown with the time at which it came to a halt', (t) => {
  const { events } = badRoll();
  const verdict = judge(events);
  const { stacks } = readTimeline(events, verdict);
  const stuck = stacks.filter(({ outcome }) => outcome === 'stuck');
  t.is(stuck.length, verdict.stacks.stuck);
  t.true(stuck.length > 0);
  for (const { operations } of stuck) {
    t.true(operations.some(({ outcome, to }) => outcome === 'stuck' && to > 0));
  }
});

test('the same events give the same timeline', (t) => {
  t.deepEqual(read(badRoll()), read(badRoll()));
});

test('there are few enough buckets to be drawn, however long the run', (t) => {
  for (const minutes of [0.1, 1, 3, 10, 60, 24 * 60]) {
    const duration = minutes * 60_000;
    t.true(duration / bucketFor(duration) <= 400, `${minutes} minutes`);
  }
});
