import test from 'ava';
import { judge } from '../../../src/verdict/judge.ts';
import { cleanRoll, roll } from '../runs.ts';
import { Story } from '../stream.ts';

const TAG = 'supports-zero-downtime-upgrade';

test('the verdict says when the run was paused, before which step and why', (t) => {
  const { pauses } = judge(
    new Story()
      .at(5)
      .paused('stopped', { next: '2.2', why: ['asked for'] })
      .at(65)
      .resumed()
      .at(70)
      .paused('none')
      .at(75)
      .finished().events,
  );
  t.deepEqual(pauses, [
    { from: 5000, to: 65_000, seconds: 60, next: '2.2', why: ['asked for'], load: 'stopped' },
    { from: 70_000, to: 75_000, seconds: 5, next: null, why: [], load: 'none' },
  ]);
});

/** A request lost before the pause, and the next one served a minute later, after it. */
function disrupted(load: 'stopped' | 'running') {
  const story = new Story().at(4.1).request('timeout').at(5).paused(load).at(65).resumed();
  return judge(story.at(66.1).request().finished().events).api;
}

test('the time in which the load was paused does not lengthen a disruption', (t) => {
  const [one] = disrupted('stopped').disruptions;
  t.deepEqual([one?.from, one?.to, one?.seconds], [4000, 66_000, 2]);
  t.deepEqual(
    disrupted('stopped').together.all.map(({ seconds }) => seconds),
    [2],
  );
  t.is(disrupted('running').disruptions[0]?.seconds, 62);
});

test('a pause is not part of the mixed state', (t) => {
  const seconds = (story: Story): number => judge(story.events).mixed.seconds;
  const plain = seconds(cleanRoll());
  const paused = (load: 'stopped' | 'running'): Story =>
    cleanRoll().at(14.5).paused(load).at(18.5).resumed();
  t.is(seconds(paused('stopped')), plain - 4);
  t.is(seconds(paused('running')), plain);
});

const lossless = (story: Story) => {
  const { clauses } = judge(story.events).tags[TAG];
  return clauses.find(({ id }) => id === 'no-request-lost');
};

test('the experience of users while the load was paused amid the swaps is not proven', (t) => {
  t.is(lossless(cleanRoll())?.status, 'proven');
  const clause = lossless(cleanRoll().at(14.5).paused('stopped').at(18.5).resumed());
  t.is(clause?.status, 'not-proven');
  t.regex(clause?.evidence[0] ?? '', /For 4\.0 s of the upgrade nothing was sent/);
});

test('a pause before the first swap, after the last, or with a continuing load misses nothing', (t) => {
  t.is(lossless(cleanRoll().at(6).paused('stopped').at(8).resumed())?.status, 'proven');
  t.is(lossless(cleanRoll().at(42).paused('stopped').at(44).resumed())?.status, 'proven');
  t.is(lossless(cleanRoll().at(14.5).paused('running').at(18.5).resumed())?.status, 'proven');
});

test('a loss during a pause still fails', (t) => {
  const story = roll().at(14.5).paused('stopped').at(18.5).resumed().at(30).request('timeout');
  t.is(lossless(story.at(46).finished())?.status, 'failed');
});
