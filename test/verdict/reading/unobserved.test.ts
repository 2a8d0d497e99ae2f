import test from 'ava';
import { judge } from '../../../src/verdict/judge.ts';
import { Story } from '../stream.ts';

const watched = {
  cloud: 'staging',
  endpoint: 'https://cloud.example',
  project: 'gate',
  probes: [],
};
const deleted = 'another user deleted rollgate-ci-standing';

function story(start = {}): Story {
  return new Story({}, start)
    .add({
      type: 'step-started',
      at: 0,
      step: '1',
      what: { name: 'swap heat-api', kind: 'mark', stage: 'marked' },
    })
    .add({ type: 'watch-gap', at: 9000, from: 5000, watch: 'observer', text: 'killed' })
    .add({ type: 'watch-gap', at: 9500, watch: 'rollgate-ci-1', text: 'another user deleted it' })
    .add({ type: 'watch-gap', at: 9900, from: 9600, watch: '--log x', text: 'it ended' })
    .add(unobserved(2000, 2040))
    .add(unobserved(3000, 3050));
}

function unobserved(sentAt: number, at: number) {
  const id = `req-${sentAt}` as const;
  const common = { type: 'request-unobserved', probe: 'show', operation: 'GET stack' } as const;
  return { ...common, id, at, sentAt, status: 404, why: deleted };
}

test('a gap of a watch is shown with its time, its requests and its step', (t) => {
  t.deepEqual(judge(story({ watched }).events).unobserved, [
    { what: 'answers', from: 2000, to: 3050, seconds: 1.05, why: deleted, requests: 2, step: '1' },
    { what: 'cloud', from: 5000, to: 9000, seconds: 4, why: 'killed', requests: 0, step: '1' },
    {
      what: 'source',
      from: 9600,
      to: 9900,
      seconds: 0.3,
      why: '--log x: it ended',
      requests: 0,
      step: '1',
    },
  ]);
});

test('a watch that observed everything, and a lab, have no gaps', (t) => {
  t.false('unobserved' in judge(new Story({}, { watched }).events));
  t.false('unobserved' in judge(story().events));
});
