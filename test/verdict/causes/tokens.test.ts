import test from 'ava';
import { roll } from '../runs.ts';
import { NEW, OLD, type Story } from '../stream.ts';
import { causesOf } from './causes-of.ts';

const CHECK = { id: '2.9', kind: 'check', name: 'check mixed: hook rotate.sh' };
const REFUSED = { status: 401, probe: 'workload', operation: 'signal' };

/** A hook at 31 to 35 s rotates Keystone's keys; both APIs serve, one of them is then swapped. */
function rotated(): Story {
  const story = roll({ require: ['supports-zero-downtime-upgrade'] })
    .stage('checks', [CHECK])
    .at(31)
    .step('2.9')
    .at(35)
    .done('2.9', 4);
  for (const [index, probe] of ['list', 'show', 'workload'].entries()) {
    story.at(33 + index).request('served', { probe, reauthenticated: true });
  }
  return story;
}

/** Requests refused by both apis, in several steps, also by one that stops. */
function refusals(story: Story): Story {
  for (const [at, server] of [
    [34, 'node1/heat-api'],
    [36, 'node2/heat-api'],
    [36.5, 'node2/heat-api'],
    [42, 'node1/heat-api'],
  ] as const) {
    story.at(at).request('unexpected-status', { ...REFUSED, server });
  }
  return story;
}

test('tokens that Keystone refuses after a hook are one cause, with the hook', (t) => {
  const causes = causesOf(refusals(rotated()).at(46).finished());
  t.deepEqual(
    causes.map(({ kind, count, unit }) => `${kind} ${count} ${unit}`),
    ['tokens-refused 4 requests'],
  );
  const [cause] = causes;
  t.is(
    cause?.title,
    'Keystone refused tokens that were made before 32.9 s, from step 2.9 check mixed: hook rotate.sh on',
  );
  t.like(cause, { harm: 'requests-lost', step: '2.9', node: null, service: 'keystone' });
  t.true(
    cause?.evidence.includes(
      '3 requests were refused with 401, sent again with a new token, and then not refused, from 32.9 s to 34.9 s.',
    ),
  );
});

test('a request that failed since a service’s own token was refused has the same cause', (t) => {
  const line =
    'Unexpected error occurred serving API: Remote error: Unauthorized The request you have made ' +
    'requires authentication. (HTTP 401) (Request-ID: req-a6b29a0f)';
  const failed = (at: number, sample: string): Story => {
    const story = rotated().at(at);
    const [id, server] = ['req-5', 'node2/heat-api'] as const;
    story.request('unexpected-status', { status: 500, id, server, probe: 'list' });
    return story.logged(server, OLD.version, { sample, request: id });
  };
  const firstOf = (story: Story) => causesOf(story.at(46).finished())[0]?.kind;
  t.is(firstOf(failed(38, line)), 'tokens-refused');
  t.is(firstOf(failed(20, line)), 'requests-lost', 'before the hook');
  t.is(firstOf(failed(38, 'KeyError: 1')), 'requests-lost');
});

test('tokens that were all renewed are named without harm', (t) => {
  const [cause, ...others] = causesOf(rotated().at(46).finished());
  t.deepEqual(others, []);
  t.like(cause, { kind: 'tokens-refused', harm: 'log-only', count: 3 });
});

test('a service that refuses new tokens too is at fault itself', (t) => {
  const story = roll();
  for (const at of [42, 43, 44]) {
    story.at(at).request('unexpected-status', { ...REFUSED, reauthenticated: true });
  }
  t.deepEqual(
    causesOf(story.at(46).finished()).map(({ kind, version }) => [kind, version]),
    [['requests-lost', NEW.version]],
  );
});

test('a 401 from before the first refused token has another cause', (t) => {
  const story = rotated().at(20).request('unexpected-status', REFUSED);
  t.deepEqual(
    causesOf(story.at(46).finished()).map(({ kind, version }) => [kind, version]),
    [
      ['requests-lost', OLD.version],
      ['tokens-refused', null],
    ],
  );
});

test('one renewed token is nothing to report, and neither are those of a watch', (t) => {
  const one = roll().at(33).request('served', { reauthenticated: true });
  t.deepEqual(causesOf(one.at(46).finished()), []);
});

test('tokens that were refused come before the stacks that failed then', (t) => {
  const story = refusals(rotated()).at(36).accepted('create', 'one').at(38);
  story.settled('create', 'one', 'failed', { status: 'CREATE_FAILED: Unauthorized' });
  t.deepEqual(
    causesOf(story.at(46).finished()).map(({ kind }) => kind),
    ['tokens-refused', 'stack-failed'],
  );
});
