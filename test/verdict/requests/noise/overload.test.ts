import test from 'ava';
import { judge } from '../../../../src/verdict/judge.ts';
import { OLD, Story } from '../../stream.ts';

const API = 'node1/heat-api';

/** An API whose listen queue is full from the 30th second to the 40th, on a machine that is busy. */
function jammed({ busy = true, stopping = false } = {}): Story {
  const story = new Story({ hold: ['1.1 hold'] });
  story.at(5).requests(20).controls(20).step('1.1');
  if (stopping) story.at(29).stopping(API);
  for (const second of [30, 33, 36, 39]) {
    // Twice a second a control is asked; a busy machine takes its time for it.
    story.at(second).controls(5, busy ? 2.5 : 0.003);
    story.at(second).logged(API, OLD.version, {
      signature: 'api-queue-full',
      title: "The API's listen queue was full",
    });
  }
  story.at(35).request('5xx-balancer', { id: 'req-untaken', status: 503 }, 0.1);
  if (stopping) story.at(41).stopped(API);
  return story.at(45).request('served', { server: 'node2/heat-api' });
}

function lostIn(story: Story) {
  const { api, causes } = judge(story.events);
  return {
    noise: api.lost.find(({ id }) => id === 'req-untaken')?.noise,
    failed: api.failed,
    titles: causes.map(({ title }) => title),
    remedies: causes.map(({ avoidedBy }) => avoidedBy),
  };
}

test('requests that a full API did not take on a busy machine are lost to the machine; the cause names a setting', (t) => {
  const { noise, failed, titles, remedies } = lostIn(jammed());
  t.true(noise);
  t.is(failed, 0);
  const place = titles.findIndex((title) => title.includes('could not carry the load'));
  t.true(place >= 0, titles.join('\n'));
  t.regex(remedies[place] ?? '', /load\.workload\.rate/);
});

test('an API that is full on a machine with nothing to do is the subject’s', (t) => {
  t.like(lostIn(jammed({ busy: false })), { noise: false, failed: 1 });
});

test('so is what was lost while a service was being stopped', (t) => {
  t.like(lostIn(jammed({ stopping: true })), { noise: false, failed: 1 });
});

/** For a second the load balancer holds both APIs for dead, though neither was touched. */
function heldForDead({ busy = true, swapped = false, surged = false } = {}): Story {
  const story = new Story({ hold: ['1.1 hold'] });
  story.at(2).serving('node1/heat-api', OLD).serving('node2/heat-api', OLD);
  story.at(5).requests(20).controls(20).step('1.1');
  if (surged) {
    story.at(6).started('node1/heat-engine.next').at(8).serving('node1/heat-engine.next');
    story.at(10).stopping('node1/heat-engine').at(12).stopped('node1/heat-engine');
  }
  for (const second of [24, 27, 30, 33]) story.at(second).controls(5, busy ? 2.5 : 0.003);
  if (swapped) story.at(28).stopping(API).at(29).stopped(API);
  story.at(30).request('5xx-balancer', { id: 'req-untaken', status: 503 }, 0.1);
  return story.at(32).request('served', { server: 'node2/heat-api' });
}

test('where the load balancer held APIs for dead that ran, a busy machine could not carry the load', (t) => {
  const { noise, failed, titles } = lostIn(heldForDead());
  t.true(noise);
  t.is(failed, 0);
  t.true(titles.some((title) => title.includes('could not carry the load')));
});

test('on a machine with nothing to do, or beside a stop, that is the subject’s', (t) => {
  t.is(lostIn(heldForDead({ busy: false })).failed, 1);
  t.is(lostIn(heldForDead({ swapped: true })).failed, 1);
});

test('an engine that was stopped long ago, with another in its place, has no part in it', (t) => {
  t.is(lostIn(heldForDead({ surged: true })).failed, 0);
});
