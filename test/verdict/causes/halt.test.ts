import test from 'ava';
import { judge } from '../../../src/verdict/judge.ts';
import { NEW, OLD, Story } from '../stream.ts';

// Which of several events near the halt of a stack explains it.

const ENGINE = 'node1/heat-engine';
const OTHER = 'node2/heat-engine';
const DIED = { signature: 'child-died', title: 'A process ended by itself' };

function kindsOf({ events }: Story): readonly string[] {
  return judge(events).causes.map(({ kind, count }) => `${kind} ${count}`);
}

/** A stack that was asked for at 9 s and came to a halt. */
function halted(story: Story, name: string, haltedAt: number): Story {
  story.at(9).accepted('create', name);
  return story.at(90).settled('create', name, 'stuck', { lastProgressAt: haltedAt * 1000 });
}

function stopped(from: number, to: number): Story {
  return new Story({ swap: ['1.1 swap'] })
    .at(5)
    .requests(20)
    .at(from)
    .stopping(ENGINE)
    .at(to)
    .stopped(ENGINE);
}

test('an engine that is asked to stop up to 15 s after the halt explains it, and no later one', (t) => {
  const kind = (haltedAt: number): string | undefined =>
    kindsOf(halted(stopped(30, 32), 'a', haltedAt))[0];
  t.is(kind(16), 'work-dropped-by-stopping-engine 1');
  t.is(kind(14.5), 'stuck-unexplained 1');
});

test('where messages are followed, a stop explains no halt from before it: a message that was taken would show', (t) => {
  const kind = (haltedAt: number): string | undefined => {
    const story = stopped(30, 32);
    story.add({
      type: 'rpc-observed',
      at: 8000,
      topic: 'engine',
      method: 'show_stack',
      kind: 'call',
      from: { node: 'node1', service: 'heat-api', version: OLD.version },
      to: { node: 'node1', service: 'heat-engine', version: OLD.version },
      count: 1,
    });
    return kindsOf(halted(story, 'a', haltedAt))[0];
  };
  t.is(kind(28.5), 'work-dropped-by-stopping-engine 1');
  t.is(kind(27.5), 'stuck-unexplained 1');
  t.is(kind(16), 'stuck-unexplained 1');
});

test('an engine that was gone for more than two seconds before the halt does not explain it', (t) => {
  const kind = (haltedAt: number): string | undefined =>
    kindsOf(halted(stopped(30, 32), 'a', haltedAt))[0];
  t.is(kind(33.9), 'work-dropped-by-stopping-engine 1');
  t.is(kind(34.1), 'stuck-unexplained 1');
});

test('of an exit and a stop that are equally near, the exit explains the halt', (t) => {
  const story = stopped(30, 32).at(30.5).logged(OTHER, OLD.version, DIED);
  t.deepEqual(kindsOf(halted(story, 'a', 30)), ['work-lost-with-process 1']);
});

test('the nearer of an exit and a stop explains the halt', (t) => {
  const stop = stopped(30, 32).at(40).logged(OTHER, OLD.version, DIED);
  t.is(kindsOf(halted(stop, 'a', 30)).includes('work-dropped-by-stopping-engine 1'), true);
  const exit = stopped(40, 42).at(30).logged(OTHER, OLD.version, DIED);
  t.is(kindsOf(halted(exit, 'a', 30)).includes('work-lost-with-process 1'), true);
});

test('a refusal explains the stack that halted nearest to it, whichever was asked for first', (t) => {
  const story = stopped(30, 50).at(30).refused(OTHER);
  halted(story, 'far', 24);
  halted(story, 'near', 30);
  const { causes } = judge(story.events);
  t.deepEqual(
    causes.map(({ kind, victim }) => [kind, victim]),
    [
      ['work-dropped-by-stopping-engine', 'far'],
      ['work-refused-after-acknowledgement', 'near'],
    ],
  );
});

test('a dropped message of the operation that is stuck comes before one of an earlier operation', (t) => {
  const story = stopped(10, 12).at(20).stopping(OTHER).at(22).stopped(OTHER);
  story.at(9).accepted('create', 'a').at(11).settled('create', 'a');
  story.at(11).droppedMessage(ENGINE, { request: 'req-create-a' });
  story.at(18).accepted('update', 'a');
  story.at(21).droppedMessage(OTHER, { request: 'req-update-a' });
  story.at(90).settled('update', 'a', 'stuck', { lastProgressAt: 19_000 });
  const [first] = judge(story.events).causes;
  t.like(first, { kind: 'work-dropped-by-stopping-engine', node: 'node2', victim: 'a' });
});

test('of two engines that stop at once, the one that holds a part is named, although it still runs', (t) => {
  const story = new Story({ swap: ['1.1 swap'] }).at(2);
  for (const node of ['node1', 'node2']) story.serving(`${node}/heat-engine`, OLD, `id-${node}`);
  story.at(5).requests(20).at(10).stopping(ENGINE).stopping(OTHER).at(12).accepted('create', 'a');
  story.at(90).settled('create', 'a', 'stuck', {
    lastProgressAt: 12_000,
    unfinished: [{ part: 'r', status: 'x', holder: { engineId: 'id-node2', gone: false } }],
  });
  const [first] = judge(story.events).causes;
  t.like(first, { kind: 'work-dropped-by-stopping-engine', nodes: ['node2'] });
});

const ERROR = { signature: 'traceback-key-error', title: 'KeyError' };

test('an error before the stack was asked for, or a mere warning, does not explain its halt', (t) => {
  const sample = 'stack "halted-one" went wrong';
  const story = (at: number, severity: 'error' | 'warning'): Story =>
    halted(stopped(60, 62), 'halted-one', 12)
      .at(at)
      .logged(OTHER, OLD.version, { ...ERROR, severity, sample });
  t.is(kindsOf(story(11, 'error'))[0], 'work-failed-in-engine 1');
  t.is(kindsOf(story(8, 'error'))[0], 'stuck-unexplained 1');
  t.is(kindsOf(story(11, 'warning'))[0], 'stuck-unexplained 1');
});

test('of several errors about a stack, the last before its halt explains it', (t) => {
  const story = halted(stopped(60, 62), 'a', 12);
  for (const [at, title] of [
    [10, 'first'],
    [11, 'last'],
  ] as const) {
    story.at(at).logged(OTHER, OLD.version, {
      signature: `traceback-${title}`,
      title,
      request: 'req-create-a',
    });
  }
  t.regex(judge(story.events).causes[0]?.title ?? '', /last$/);
});

test('a stack that failed and was lost later counts as lost, not as failed', (t) => {
  const story = new Story({ swap: ['1.1 swap'] }).at(10).swapped(ENGINE).at(20);
  story.accepted('create', 'a').at(21).settled('create', 'a', 'failed', { status: 'FAILED' });
  story.at(22).accepted('delete', 'a').at(30).settled('delete', 'a', 'lost');
  story.at(21).logged(ENGINE, NEW.version, { ...ERROR, request: 'req-create-a' });
  t.deepEqual(kindsOf(story), ['stack-lost 1', 'traceback-key-error 1']);
});

/** At the base some creations, then the target's first engine, then others; some of those halt. */
function haltedNowAndThen(before: number, after: number, every: number): Story {
  const story = new Story({ swap: ['1.1 swap'] });
  for (let index = 0; index < before; index += 1) {
    story.at(1 + index / 10).accepted('create', `base-${index}`);
    story.at(2 + index / 10).settled('create', `base-${index}`);
  }
  story.at(20).step('1.1').swapped(ENGINE);
  for (let index = 0; index < after; index += 1) {
    const name = `later-${index}`;
    story.at(60 + index / 10).accepted('create', name);
    if (index % every === 0) {
      story.at(150).settled('create', name, 'stuck', { lastProgressAt: (61 + index / 10) * 1000 });
    } else story.at(62 + index / 10).settled('create', name);
  }
  return story;
}

test('work that halts now and then, and never did before the target served, is the target’s', (t) => {
  const [first] = judge(haltedNowAndThen(20, 50, 5).events).causes;
  t.like(first, {
    kind: 'work-halted-since-target',
    count: 10,
    version: NEW.version,
    title: 'Work comes to a halt now and then since 26.0.1 serves, in 10 of 50 operations',
  });
  t.regex(first?.evidence.join('\n') ?? '', /Before, 20 operations ended and none came to a halt/);
});

test('with few operations at the base, or a halt there, the reason stays unknown', (t) => {
  t.deepEqual(kindsOf(haltedNowAndThen(10, 50, 5)), ['stuck-unexplained 10']);
  const early = haltedNowAndThen(40, 50, 5);
  early.at(3).accepted('create', 'early');
  early.at(150).settled('create', 'early', 'stuck', { lastProgressAt: 3500 });
  t.deepEqual(kindsOf(early), ['stuck-unexplained 11']);
});

test('an engine that keeps its identity from one life to the next holds what halted in that life', (t) => {
  const held = (haltedAt: number): readonly string[] => {
    const story = new Story({ swap: ['1.1 swap'] })
      .at(1)
      .serving(ENGINE, OLD, 'node1')
      .requests(20)
      .at(30)
      .stopping(ENGINE)
      .at(32)
      .stopped(ENGINE)
      .at(33)
      .started(ENGINE)
      .at(35)
      .serving(ENGINE, NEW, 'node1');
    story.at(9).accepted('create', 'a');
    const holder = { engineId: 'node1', gone: false };
    story.at(160).settled('create', 'a', 'stuck', {
      lastProgressAt: haltedAt * 1000,
      unfinished: [{ part: 'its state', status: 'deploying', heldBy: 'node1', holder }],
    });
    return kindsOf(story);
  };
  t.deepEqual(held(25), ['work-held-by-gone-engine 1']);
  // Locked long after the first life had ended, so the second holds it, and runs.
  t.deepEqual(held(90), ['stuck-unexplained 1']);
});
