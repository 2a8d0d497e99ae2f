import test from 'ava';
import { judge } from '../../../src/verdict/judge.ts';
import { roll } from '../runs.ts';
import { NEW, type Story } from '../stream.ts';
import { causeCounts, causesOf } from './causes-of.ts';

const ENGINE = 'node1/heat-engine';
const API = 'node1/heat-api';

interface Deaf {
  /** How many calls the engine takes and never answers. */
  readonly calls?: number;
  /** For how long a request waits, in seconds. */
  readonly waited?: number;
  /** Whether the machine is slow all the time meanwhile. */
  readonly slow?: boolean;
}

/** An engine of the target that takes calls from the 45th second on, and answers none. */
function deaf({ calls = 5, waited = 60, slow = false }: Deaf = {}): Story {
  const story = roll({ require: ['supports-zero-downtime-upgrade'] });
  for (const index of Array.from({ length: calls }).keys()) {
    const id = `req-${index}` as const;
    story.at(45 + index).taken(id, ENGINE, NEW.version, 'show_stack');
    story.at(45 + index + waited).request('timeout', { id, server: API, probe: 'show' }, waited);
  }
  story.at(70).logged(API, NEW.version, {
    signature: 'api-queue-full',
    title: "The API's listen queue was full",
  });
  story.at(71).request('5xx-balancer', { id: 'req-behind', status: 503, server: API }, 0.1);
  if (slow) for (let at = 45; at < 120; at += 2) story.at(at).control('served', 2);
  return story.at(130);
}

test('calls that an engine takes and never answers are one cause, with what waits behind them', (t) => {
  const story = deaf().accepted('delete', 'late').at(160);
  story.settled('delete', 'late', 'stuck', { neverBegun: true, lastProgressAt: 130_000 });
  const [cause, ...others] = causesOf(story.finished());
  t.deepEqual(
    others.map(({ kind }) => kind),
    ['work-never-begun'],
  );
  t.like(cause, {
    kind: 'calls-never-answered',
    harm: 'requests-lost',
    count: 6,
    unit: 'requests',
    title: 'heat-engine 26.0.1 took 5 calls of show_stack and answered none of them in 60.0 s',
    nodes: ['node1'],
    version: NEW.version,
  });
  const evidence = cause?.evidence.join('\n') ?? '';
  t.regex(evidence, /node1\/heat-api waited for 5 calls that were never answered/);
  const behind = judge(story.events).api.lost.find(({ id }) => id === 'req-behind');
  t.is(behind?.causeId, cause?.id);
});

test('a few calls without an answer may be chance, and so may short waits', (t) => {
  t.false(causeCounts(deaf({ calls: 2 }).finished()).some((one) => one.startsWith('calls-')));
  t.false(causeCounts(deaf({ waited: 10 }).finished()).some((one) => one.startsWith('calls-')));
});

test('on a machine that is slow meanwhile, a late answer shows nothing about the engine', (t) => {
  t.false(causeCounts(deaf({ slow: true }).finished()).some((one) => one.startsWith('calls-')));
});

test('calls that a stopping engine took count under its stop, and those with an error under that', (t) => {
  const stopping = deaf().at(50).stopping(ENGINE, NEW).at(125).stopped(ENGINE, NEW);
  t.false(causeCounts(stopping.finished()).some((one) => one.startsWith('calls-')));
  const failing = deaf();
  for (const index of [0, 1, 2, 3, 4]) {
    failing.at(50).logged(ENGINE, NEW.version, { request: `req-${index}` });
  }
  t.false(causeCounts(failing.finished()).some((one) => one.startsWith('calls-')));
});

test('engines of one release on several nodes are one cause', (t) => {
  const story = deaf();
  for (const index of [0, 1, 2]) {
    const id = `req-other-${index}` as const;
    story.at(50 + index).taken(id, 'node2/heat-engine', NEW.version, 'list_stacks');
    story.at(110 + index).request('timeout', { id, server: API }, 60);
  }
  const causes = causesOf(story.at(140).finished());
  t.deepEqual(
    causes.map(({ kind, nodes }) => [kind, nodes]),
    [['calls-never-answered', ['node1', 'node2']]],
  );
  t.regex(causes[0]?.title ?? '', /took 8 calls of show_stack, list_stacks and answered none/);
});

test('the engine’s own log proves it, also for one call, on a slow machine', (t) => {
  const story = deaf({ calls: 1, slow: true }).add({
    type: 'call-unanswered',
    at: 45_000,
    node: 'node1',
    service: 'heat-engine',
    version: NEW.version,
    message: 'b5fc7088',
    method: 'show_stack',
    request: 'req-0',
    sample: 'received message msg_id: b5fc7088',
  });
  const cause = causesOf(story.finished()).find(({ kind }) => kind === 'calls-never-answered');
  t.is(cause?.count, 1);
  t.regex(cause?.evidence.join('\n') ?? '', /logs each reply, and to its end .* it logged none/);
});

test('work that comes to a halt meanwhile, for no other reason, counts under it', (t) => {
  const story = deaf().accepted('snapshot', 'late').at(160);
  story.settled('snapshot', 'late', 'stuck', { lastProgressAt: 130_000 });
  const [cause, ...others] = causesOf(story.finished());
  t.deepEqual(others, []);
  t.like(cause, { kind: 'calls-never-answered', harm: 'stacks-stuck', unit: 'requests' });
  t.regex(cause?.evidence.at(-1) ?? '', /^1 stack came to a halt meanwhile, and nothing else/);
});

test('work that came to a halt before the first such call does not', (t) => {
  const story = deaf().accepted('snapshot', 'early').at(160);
  story.settled('snapshot', 'early', 'stuck', { lastProgressAt: 20_000 });
  const kinds = causesOf(story.finished()).map(({ kind }) => kind);
  t.is(kinds[0], 'calls-never-answered');
  t.is(kinds.length, 2);
});
