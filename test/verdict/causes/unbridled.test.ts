import test from 'ava';
import { judge } from '../../../src/verdict/judge.ts';
import { NEW, OLD, Story } from '../stream.ts';

const MIB = 2 ** 20;

/** A roll of node1's engine, sampled every two seconds before, ten times, and after. */
function sampled(
  use: (version: string, sample: number) => { cpu: number; waited?: number; mib?: number },
  after = 16,
) {
  const story = new Story();
  const samples = (from: number, version: string, count: number): void => {
    for (let sample = 0; sample < count; sample += 1) {
      const { cpu, waited = 0, mib = 100 } = use(version, sample);
      story.add({
        type: 'usage-sampled',
        at: (from + 2 * sample) * 1000,
        containers: [{ container: 'node1/heat-engine', cpu, waited, memoryBytes: mib * MIB }],
        machine: { cores: 2, busy: 1, runnable: 1 },
      });
    }
  };
  samples(6, OLD.version, 10);
  story.at(30).swapped('node1/heat-engine');
  samples(40, NEW.version, after);
  return story;
}

function causesOf(story: Story) {
  return judge(story.events)
    .causes.filter(({ kind }) => kind === 'resources-used-up' || kind === 'service-did-not-stop')
    .map(({ title }) => title);
}

test('an engine that never pauses is a cause, and fails the upgrade', (t) => {
  const story = sampled((version) => ({ cpu: version === NEW.version ? 0.9 : 0.1 }));
  t.deepEqual(causesOf(story), ['heat-engine 26.0.1 computes without a pause']);
  t.like(
    judge(story.events).tags['supports-upgrade'].clauses.find(({ id }) => id === 'uses-no-more'),
    {
      status: 'failed',
      evidence: [
        'node1/heat-engine 26.0.1 uses 0.90 cores or more almost all the time; the base’s used 0.10 half of the time',
      ],
    },
  );
});

test('an engine that works and pauses, or whose base was as busy, is not', (t) => {
  const often = (version: string, sample: number) => ({
    cpu: version === NEW.version && sample % 3 < 2 ? 0.9 : 0.1,
  });
  t.deepEqual(causesOf(sampled(often)), []);
  t.deepEqual(causesOf(sampled(() => ({ cpu: 0.9 }))), []);
});

test('on an overloaded machine a backlog is not a cause, and a thread without a pause is', (t) => {
  const backlog = (version: string, sample: number) =>
    version === NEW.version
      ? sample % 3 === 0
        ? { cpu: 0.1, waited: 0.1 }
        : { cpu: 0.6, waited: 0.4 }
      : { cpu: 0.1, waited: 0.1 };
  t.deepEqual(causesOf(sampled(backlog)), []);
  // Never idle, but always behind: the engine waits in every sample.
  const behind = (version: string) =>
    version === NEW.version ? { cpu: 0.3, waited: 0.3 } : { cpu: 0.1, waited: 0.3 };
  t.deepEqual(causesOf(sampled(behind)), []);
  const endless = (version: string) =>
    version === NEW.version ? { cpu: 0.5, waited: 0.48 } : { cpu: 0.1, waited: 0.3 };
  t.deepEqual(causesOf(sampled(endless)), ['heat-engine 26.0.1 computes without a pause']);
  // The same cause as on a quiet machine, so that bisecting recognizes it.
  const quiet = (version: string) => ({ cpu: version === NEW.version ? 0.9 : 0.1 });
  const keyOf = (story: Story) =>
    judge(story.events).causes.find(({ kind }) => kind === 'resources-used-up')?.key;
  t.is(keyOf(sampled(endless)), keyOf(sampled(quiet)));
});

test('four workers with a backlog for minutes are not a thread without a pause', (t) => {
  // Cores that an engine wanted on a busy machine, every third sample of 90 s.
  const wanted = [
    0.96, 0.85, 0.97, 1.11, 0.9, 1.05, 0.78, 0.95, 1.05, 1.19, 0.96, 1.09, 1.19, 1.13, 0.94,
  ];
  const story = sampled((version, sample) => {
    const all = version === NEW.version ? (wanted[sample % wanted.length] ?? 0) : 0.07;
    return { cpu: all * 0.35, waited: all * 0.65 };
  }, 150);
  t.deepEqual(causesOf(story), []);
  // A thread without end that begins with the first request.
  const late = sampled((version, sample) => {
    const all = version === NEW.version ? (sample < 20 ? 0 : 1) : 0.07;
    return { cpu: all / 2, waited: all / 2 };
  }, 150);
  t.deepEqual(causesOf(late), ['heat-engine 26.0.1 computes without a pause']);
});

const holding = (base: number, target: number) => (version: string) => ({
  cpu: 0.1,
  mib: version === NEW.version ? target : base,
});

test('an engine that catches up after the roll, for a few seconds to its end, is not one without a pause', (t) => {
  // A script’s roll on two busy cores: the second engine served for 16 seconds, with all held work.
  const catchingUp = [1.04, 0.97, 0.97, 1.15, 0.89, 0.93, 0.23];
  const of = (wanted: readonly number[]) => (version: string, sample: number) => {
    const all = version === NEW.version ? (wanted[sample] ?? 0) : sample % 2 === 0 ? 0.38 : 0.6;
    return { cpu: all / 2, waited: all / 2 };
  };
  const story = sampled(of(catchingUp));
  const short = story.events.filter(({ type, at }) => type !== 'usage-sampled' || at < 53_000);
  t.deepEqual(
    judge(short).causes.filter(({ kind }) => kind === 'resources-used-up'),
    [],
  );
  t.deepEqual(causesOf(sampled(of(Array.from({ length: 16 }, () => 1)))), [
    'heat-engine 26.0.1 computes without a pause',
  ]);
});

test('memory that grows far beyond the base’s is a cause; somewhat more is not', (t) => {
  const growing = (most: number) => (version: string, sample: number) => ({
    cpu: 0.1,
    mib: version === NEW.version ? 100 + (most / 9) * sample : 100,
  });
  t.deepEqual(causesOf(sampled(growing(600), 10)), [
    'heat-engine 26.0.1 holds far more memory than the base’s',
  ]);
  // Figures of a real leak, in MiB, and of releases that differ.
  t.deepEqual(causesOf(sampled(holding(297, 750), 10)), [
    'heat-engine 26.0.1 holds far more memory than the base’s',
  ]);
  t.deepEqual(causesOf(sampled(growing(150), 10)), []);
  t.deepEqual(causesOf(sampled(holding(144, 385), 10)), []);
});

test('memory that grows to the end is a leak, also below that; what was reached at once is not', (t) => {
  // A leak, and an unchanged engine as a run on two busy cores showed it.
  const leak = [270, 350, 395, 430, 468, 500, 530, 575, 590, 620];
  const unchanged = [200, 214, 285, 290, 291, 292, 296, 310, 314, 310];
  const held = [290, 590, 600, 600, 605, 605, 600, 605, 605, 605];
  const of = (mib: readonly number[]) => (version: string, sample: number) => ({
    cpu: 0.1,
    mib: version === NEW.version ? (mib[sample] ?? 0) : 297,
  });
  const story = sampled(of(leak), 10);
  t.deepEqual(causesOf(story), ['heat-engine 26.0.1 holds more and more memory']);
  t.deepEqual(
    judge(story.events).tags['supports-upgrade'].clauses.find(({ id }) => id === 'uses-no-more')
      ?.evidence,
    [
      'node1/heat-engine 26.0.1 held 468 MiB in the middle of its time and 620 MiB at its end; the base’s held 297 MiB at most',
    ],
  );
  t.deepEqual(causesOf(sampled(of(unchanged), 10)), []);
  t.deepEqual(causesOf(sampled(of(held), 10)), []);
});

test('a service of the target that is killed because it does not stop is a cause', (t) => {
  const story = sampled(() => ({ cpu: 0.1 }))
    .at(80)
    .stopping('node1/heat-engine', NEW)
    .at(140)
    .stopped('node1/heat-engine', NEW, 137);
  t.deepEqual(causesOf(story), ['heat-engine 26.0.1 does not end when it is asked to stop']);
});

test('a service of the base that is killed because it does not stop is a cause too', (t) => {
  const story = new Story()
    .at(30)
    .stopping('node1/heat-engine', OLD)
    .at(90)
    .stopped('node1/heat-engine', OLD, 137);
  t.deepEqual(causesOf(story), [
    'heat-engine 24.0.0 did not end in time when it was asked to stop',
  ]);
});
