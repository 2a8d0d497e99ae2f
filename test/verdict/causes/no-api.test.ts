import test from 'ava';
import { judge } from '../../../src/verdict/judge.ts';
import type { Verdict } from '../../../src/verdict/schema/verdict.ts';
import { NEW, Story } from '../stream.ts';
import { causesOf } from './causes-of.ts';

const STAGES = {
  baseline: ['1.1 hold'],
  stop: ['2.1 stop @node1/heat-api', '2.2 stop @node2/heat-api', '2.3 stop @node1/heat-engine'],
  schema: ['3.1 db-sync'],
  start: ['4.1 start @node1/heat-engine', '4.2 start @node1/heat-api', '4.3 start @node2/heat-api'],
  after: ['5.1 hold'],
};

const NO_SERVER = { status: 503, server: undefined } as const;

/** At 10 s the APIs are asked to stop, at 11 s they are gone; at 40 s the first serves again. */
function cold(): Story {
  const story = new Story(STAGES).at(0).step('1.1').at(1).requests(20).at(10).done('1.1', 10);
  story.step('2.1').stopping('node1/heat-api').at(11).stopped('node1/heat-api').done('2.1');
  story.step('2.2').stopping('node2/heat-api').at(12).stopped('node2/heat-api').done('2.2');
  story.step('2.3').stopping('node1/heat-engine').at(20).stopped('node1/heat-engine');
  story.done('2.3', 8).step('3.1').at(30).done('3.1', 10).step('4.1').at(31).done('4.1', 1);
  story.step('4.2').started('node1/heat-api', NEW).at(40).serving('node1/heat-api', NEW);
  story.done('4.2', 9).step('4.3').started('node2/heat-api', NEW);
  return story.at(44).serving('node2/heat-api', NEW).done('4.3', 4).step('5.1');
}

function unserved(story: Story, ...seconds: readonly number[]): Story {
  for (const at of seconds) story.at(at).request('5xx-balancer', NO_SERVER);
  return story;
}

const lostOf = (story: Story): Verdict['api']['lost'] => judge(story.events).api.lost;

test('requests that no API could take are one cause, in whichever step they were sent', (t) => {
  const story = unserved(cold(), 13, 25, 30.5, 35)
    .at(15)
    .request('reset-before-answer', { server: undefined });
  const causes = causesOf(story.at(50).finished());
  t.is(causes.length, 1);
  t.like(causes[0], {
    kind: 'requests-lost',
    id: 'lost-no-api-step-2-2',
    title: 'Requests lost: no API served for 29.0 s, all were asked to stop',
    node: null,
    step: '2.2',
    count: 5,
  });
  t.regex(causes[0]?.evidence.join(' ') ?? '', /4 × 503 from the load balancer.*1 × connection/);
  t.true(lostOf(story).every(({ step }) => step === '2.2'));
});

test('requests that a stop broke, and errors of the API, are causes of their own', (t) => {
  const story = unserved(cold(), 13, 25).at(10.5);
  story.request('5xx-balancer', { status: 502, server: 'node1/heat-api' });
  story.at(5).request('5xx-service', { status: 500 });
  t.deepEqual(
    causesOf(story.at(50).finished())
      .map(({ id, count }) => `${count} ${id}`)
      .toSorted((a, b) => a.localeCompare(b)),
    [
      '1 lost-5xx-service-500-heat-api-24-0-0',
      '1 lost-swapping-node1-heat-api-step-2-1',
      '2 lost-no-api-step-2-2',
    ],
  );
});

test('two gaps are two causes', (t) => {
  const story = unserved(cold(), 13).at(60);
  for (const api of ['node1/heat-api', 'node2/heat-api']) {
    story
      .at(60)
      .stopping(api)
      .at(61)
      .stopped(api)
      .at(66)
      .started(api, NEW)
      .at(70)
      .serving(api, NEW);
  }
  unserved(story, 63);
  t.is(causesOf(story.at(80).finished()).length, 2);
});

test('while an API serves, a 503 is not the gap’s', (t) => {
  const story = unserved(cold(), 10.5, 41);
  t.true(lostOf(story.at(50).finished()).every(({ causeId }) => !causeId.includes('no-api')));
});

test('APIs that ended by themselves are no planned gap', (t) => {
  const story = new Story(STAGES).at(0).step('1.1').at(1).requests(20).at(9);
  story.add({
    type: 'container-changed',
    at: 9000,
    container: 'node1/heat-api',
    change: 'exited',
    exitCode: 1,
  });
  story.at(10).stopping('node2/heat-api').at(11).stopped('node2/heat-api');
  unserved(story, 45);
  const [lost] = lostOf(story.at(50).finished());
  t.false(lost?.causeId.includes('no-api'));
});
