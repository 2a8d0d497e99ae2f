import test from 'ava';
import { judge } from '../../../src/verdict/judge.ts';
import { OLD, Story } from '../stream.ts';

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

test('what a full API did not take on a busy machine is the machine’s, with what to set', (t) => {
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
