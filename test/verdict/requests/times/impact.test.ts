import test from 'ava';
import { judge } from '../../../../src/verdict/judge.ts';
import type { Clause, Comparison } from '../../../../src/verdict/schema/verdict.ts';
import { lognormal } from '../../statistics/times.ts';
import { NEW, OLD, Story } from '../../stream.ts';

type Times = (size: number, seed: number) => readonly number[];

/** Response times of base and target, in their normal operation and while services are swapped. */
interface Made {
  readonly base: Times;
  readonly target: Times;
  readonly swappedBase?: Times;
  readonly swappedTarget?: Times;
  readonly control?: Times;
  readonly swappedControl?: Times;
  readonly afterControl?: Times;
  /** Requests of each kind. */
  readonly size?: number;
  readonly seed?: number;
}

const steady: Times = (size, seed) => lognormal(size, seed);
const quick: Times = (size, seed) => lognormal(size, seed, 3);
const slower =
  (times: Times, factor: number): Times =>
  (size, seed) =>
    times(size, seed).map((ms) => ms * factor);

/**
 * A run of three times a thousand seconds: baseline, both versions behind the balancer, after. Its
 * controls are as many as the requests.
 */
function run(made: Made): Story {
  const { size = 300, seed = 1 } = made;
  const services = ['node1', 'node2'].map((node) => {
    const { series, version } = OLD;
    return { node, service: 'heat-api', role: 'api' as const, series, version };
  });
  const story = new Story({}, { seed, services });
  const fill = (from: number, server: string | undefined, times: readonly number[]): void => {
    for (const [index, ms] of times.entries()) {
      story.at(from + (index * 900) / times.length);
      if (server === undefined) story.control('served', ms / 1000);
      else story.request('served', { server }, ms / 1000);
    }
  };
  const control = made.control ?? quick;
  fill(50, 'node1/heat-api', made.base(size, 10 * seed));
  fill(50, undefined, control(size, 10 * seed + 1));
  fill(1050, 'node1/heat-api', (made.swappedTarget ?? made.target)(size, 10 * seed + 2));
  fill(1050.2, 'node2/heat-api', (made.swappedBase ?? made.base)(size, 10 * seed + 3));
  fill(1050, undefined, (made.swappedControl ?? control)(size, 10 * seed + 4));
  fill(2050, 'node1/heat-api', made.target(size, 10 * seed + 5));
  fill(2050, undefined, (made.afterControl ?? control)(size, 10 * seed + 6));
  story.at(1000).swapped('node1/heat-api').at(2000).swapped('node2/heat-api');
  return story.at(3000).finished();
}

function noSlowdown(story: Story): Clause {
  const { clauses } = judge(story.events).tags['supports-zero-impact-upgrade'];
  const found = clauses.find(({ id }) => id === 'no-slowdown');
  if (found === undefined) throw new Error('there is no such clause');
  return found;
}

function judgements(story: Story): Readonly<Record<string, Comparison['judged']>> {
  return Object.fromEntries(
    judge(story.events)
      .impact.filter(({ control }) => !control)
      .map(({ version, judged }) => [version, judged]),
  );
}

test('nothing changed: in 99 of 100 runs at least it is not failed', (t) => {
  const statuses = Array.from(
    { length: 100 },
    (_, seed) => noSlowdown(run({ base: steady, target: steady, size: 150, seed })).status,
  );
  const count = (status: string): number => statuses.filter((one) => one === status).length;
  t.true(count('failed') <= 1, `${count('failed')} failed`);
});

test('nothing changed, and there are enough requests: proven', (t) => {
  const story = run({ base: steady, target: steady, size: 1000 });
  const { status, evidence } = noSlowdown(story);
  t.is(status, 'proven', evidence.join('\n'));
  t.deepEqual(judgements(story), {
    all: 'not-slower',
    [OLD.version]: 'not-slower',
    [NEW.version]: 'not-slower',
  });
});

test('a third slower while services are swapped: failed', (t) => {
  for (let seed = 1; seed <= 10; seed += 1) {
    const story = run({
      base: steady,
      target: steady,
      swappedBase: slower(steady, 1.33),
      swappedTarget: slower(steady, 1.33),
      size: 500,
      seed,
    });
    t.is(noSlowdown(story).status, 'failed', `seed ${seed}`);
  }
});

test('a faster target does not hide a slow base', (t) => {
  const fast = slower(steady, 0.3);
  const story = run({ base: steady, target: fast, swappedBase: slower(steady, 1.5), size: 700 });
  const { status, evidence } = noSlowdown(story);
  t.is(status, 'failed', evidence.join('\n'));
  t.like(judgements(story), { [OLD.version]: 'slower', [NEW.version]: 'not-slower' });
});

test('a slow target does not hide the impact either: it is compared with itself after all swaps', (t) => {
  const fast = slower(steady, 0.3);
  const story = run({ base: steady, target: fast, swappedTarget: slower(fast, 1.8) });
  t.is(noSlowdown(story).status, 'failed');
  t.like(judgements(story), { all: 'not-slower', [NEW.version]: 'slower' });
});

test('a slower target makes users wait longer than before: failed, and reported', (t) => {
  const story = run({ base: steady, target: slower(steady, 2), size: 700 });
  t.is(noSlowdown(story).status, 'failed');
  t.like(judgements(story), {
    all: 'slower',
    [OLD.version]: 'not-slower',
    [NEW.version]: 'not-slower',
  });
});

test('one slow request in ten: the 95th percentile shows it, the ranks do not', (t) => {
  const tail: Times = (size, seed) =>
    steady(size, seed).map((ms, index) => (index % 10 === 0 ? ms * 6 : ms));
  const story = run({ base: steady, target: steady, swappedBase: tail, swappedTarget: tail });
  t.is(noSlowdown(story).status, 'failed');
  const [one] = judge(story.events).impact.filter(({ version }) => version === OLD.version);
  t.true((one?.p ?? 0) > 0.01 && (one?.p50Ratio?.high ?? 9) < 1.2, 'most were as quick as ever');
});

test('if the controls are slower too, the impact is unknown: not proven, with their figures', (t) => {
  const slow = slower(steady, 2);
  const story = run({
    base: steady,
    target: steady,
    swappedBase: slow,
    swappedTarget: slow,
    control: slower(quick, 10),
    swappedControl: slower(quick, 20),
  });
  const { status, evidence } = noSlowdown(story);
  t.is(status, 'not-proven');
  t.regex(
    evidence[0] ?? '',
    /^The machine itself changed, by the controls: balancer\/new \(control\): p95 \d+ ms/,
  );
  t.is(judgements(story)['all'], 'noise');
});

test('a bug behind a little noise: the controls are slower too, but far less', (t) => {
  const tail: Times = (size, seed) =>
    slower(steady, 1.4)(size, seed).map((ms, index) => (index % 10 === 0 ? 2_000 : ms));
  const story = run({
    base: steady,
    target: steady,
    swappedBase: tail,
    swappedTarget: tail,
    control: slower(quick, 10),
    swappedControl: slower(quick, 14),
    size: 500,
  });
  const { status, evidence } = noSlowdown(story);
  t.is(status, 'failed', evidence.join('\n'));
  t.is(judgements(story)['all'], 'slower');
  const [control] = judge(story.events).impact.filter((one) => one.control);
  t.is(control?.judged, 'slower', 'the machine was slower as well');
});

test('if the reference itself was noisy, an apparent lack of slowdown shows nothing', (t) => {
  const story = run({
    base: slower(steady, 2),
    swappedBase: slower(steady, 2),
    target: steady,
    control: slower(quick, 20),
    swappedControl: quick,
    afterControl: quick,
    size: 1000,
  });
  t.is(noSlowdown(story).status, 'not-proven');
  t.like(judgements(story), { [OLD.version]: 'noise', [NEW.version]: 'not-slower' });
});

test('without a control, a slow machine and a slow subject look alike', (t) => {
  const story = run({ base: steady, target: steady, swappedBase: slower(steady, 3) });
  const without = story.events.filter((event) => event.type !== 'request' || !event.control);
  const { clauses } = judge(without).tags['supports-zero-impact-upgrade'];
  t.like(
    clauses.find(({ id }) => id === 'no-slowdown'),
    { status: 'not-proven' },
  );
});

test('too few requests: not proven, and how many are missing', (t) => {
  const { status, evidence } = noSlowdown(run({ base: steady, target: steady, size: 40 }));
  t.is(status, 'not-proven');
  t.regex(
    evidence[0] ?? '',
    /^Too few requests to compare: list\/new lacks 20 of 100 while services were swapped \(80 there\), list\/new lacks 60 of 100 in the baseline \(40 there\)/,
  );
});

test('a difference too small to perceive is no slowdown: two milliseconds that become three', (t) => {
  const few: Times = (size, seed) => lognormal(size, seed, 2);
  const story = run({
    base: few,
    target: few,
    swappedBase: slower(few, 1.6),
    swappedTarget: slower(few, 1.6),
  });
  t.is(noSlowdown(story).status, 'proven');
});

test('requests during the resumption of held stacks do not hide a slow target', (t) => {
  const swappedTarget = slower(steady, 1.6);
  const story = run({ base: steady, target: steady, swappedTarget, size: 1000 });
  story.stage('after', [{ id: '9.1', name: 'let it go on', kind: 'release' }]);
  for (const [index, ms] of lognormal(1000, 99).entries()) {
    story.at(2010 + index / 40).request('served', { server: 'node1/heat-api' }, (ms * 50) / 1000);
  }
  t.is(judgements(story)[NEW.version], 'not-slower');
  story.at(2009).step('9.1').at(2045).done('9.1');
  t.is(judgements(story)[NEW.version], 'slower');
});

test('lost requests belong to another tag', (t) => {
  const story = run({ base: steady, target: steady, size: 1000 });
  for (let index = 0; index < 200; index += 1) story.at(1200 + index).request('timeout', {}, 60);
  const { status, evidence } = noSlowdown(story);
  t.is(status, 'proven', evidence.join('\n'));
});

test('a run too noisy to judge proves no times', (t) => {
  const story = run({ base: steady, target: steady, size: 1000 });
  story.at(100).fault('began', 'burn-cpu', 'machine').at(600).fault('ended', 'burn-cpu', 'machine');
  const { status, evidence } = noSlowdown(story);
  t.is(status, 'not-proven');
  t.regex(evidence[0] ?? '', /slow or out of reach for 1\d\.\d %/);
});

test('the same seed gives the same bytes, another seed draws other intervals', (t) => {
  const text = (seed: number): string =>
    JSON.stringify(judge(run({ base: steady, target: steady, seed }).events).impact);
  t.is(text(3), text(3));
  t.not(text(3), text(4));
});

test('a run of fifty thousand requests is judged in less than three seconds', (t) => {
  const { events } = run({ base: steady, target: steady, size: 7200 });
  t.true(events.length > 50_000);
  // Of CPU, so that other work of the machine is not counted.
  const before = process.cpuUsage();
  judge(events);
  const { user, system } = process.cpuUsage(before);
  t.true(user + system < 3_000_000, `${(user + system) / 1000} ms`);
});

for (const probe of ['workload', 'client', 'calls']) {
  test(`the times of ${probe} are not compared: its requests are of many kinds`, (t) => {
    const story = run({ base: steady, target: steady, swappedBase: slower(steady, 2) });
    const renamed = story.events.map((event) =>
      event.type === 'request' && event.control !== true ? { ...event, probe } : event,
    );
    t.deepEqual(
      judge(renamed).impact.filter(({ control }) => !control),
      [],
    );
  });
}

test('requests that the machine delayed are left out of the comparison', (t) => {
  const measured = (story: Story): number | undefined =>
    judge(story.events).impact.find(({ side, control }) => side === 'all' && !control)?.n;
  const calm = run({ base: steady, target: steady });
  const before = measured(calm) ?? 0;
  // Requests of the swaps are sent at least every 1.5 s.
  const noisy = run({ base: steady, target: steady }).at(1110).control('timeout', 6);
  t.true((measured(noisy) ?? 0) < before, `${measured(noisy)} of ${before}`);
});

test('a slowdown that may be either leaves the clause open, with what would decide it', (t) => {
  const story = run({ base: steady, target: steady, swappedTarget: slower(steady, 1.13) });
  const judged = judge(story.events).impact.filter(({ control }) => !control);
  t.true(judged.some((one) => one.judged === 'unsure'));
  t.true(judged.every((one) => one.judged === 'unsure' || one.judged === 'not-slower'));
  const found = noSlowdown(story);
  t.is(found.status, 'not-proven');
  t.regex(found.evidence.join(' '), /may be either: .*would need about \d+ more requests/);
});
