import test from 'ava';
import { judge } from '../../../../src/verdict/judge.ts';
import { NEW, Story } from '../../stream.ts';

const LIST = { operation: 'GET stacks', probe: 'list' } as const;
const SHOW = { operation: 'GET stack', probe: 'show' } as const;

interface Course {
  /** How long a list takes, in seconds, by its number since the first swap. */
  readonly list: (index: number) => number;
  readonly show?: (index: number) => number;
  readonly baseList?: number;
  /** How many lists and shows are sent in a second of the upgrade. Default: 1. */
  readonly sent?: number;
  /** How long a control takes. */
  readonly control?: (at: number) => number;
}

/** A roll; lists and shows are sent once a second, and a control twice. */
function rolled({
  list,
  show = () => 0.1,
  baseList = 0.2,
  sent = 1,
  control = () => 0.003,
}: Course) {
  const story = new Story();
  for (let at = 1; at < 20; at += 1) {
    story.at(at + baseList).request('served', LIST, baseList);
    story.at(at + 0.6).request('served', SHOW, 0.1);
  }
  story.at(22).swapped('node1/heat-engine').at(30).swapped('node2/heat-engine');
  for (let index = 0; index < 120 * sent; index += 1) {
    const at = 40 + index / sent;
    story.at(at + list(index)).request('served', LIST, list(index));
    story.at(at + 0.5 + show(index)).request('served', SHOW, show(index));
  }
  for (let at = 0.25; at < 170; at += 0.5) {
    story.at(at + control(at)).control('served', control(at));
  }
  return judge(story.events);
}

function clauseOf(verdict: ReturnType<typeof judge>) {
  return verdict.tags['supports-zero-impact-upgrade'].clauses.find(
    ({ id }) => id === 'no-slowdown',
  );
}

const causesOf = (verdict: ReturnType<typeof judge>) =>
  verdict.causes.filter(({ kind }) => kind === 'requests-slowed');

const ONE_IN_TEN = (index: number): number => (index % 10 === 3 ? 2.2 : 0.2);

/** The machine is slow in every second ten seconds: too noisy for a comparison of all times. */
const NOISY = (at: number): number => (Math.floor(at / 10) % 2 === 1 ? 2 : 0.003);

test('a list that takes two seconds more one time in ten is found', (t) => {
  const verdict = rolled({ list: ONE_IN_TEN });
  t.is(clauseOf(verdict)?.status, 'failed');
  t.like(causesOf(verdict)[0], {
    title: 'Since services were swapped, some answers are later by a second or more: GET stacks',
    version: NEW.version,
    harm: 'slowed',
    count: 12,
    sample:
      'GET stacks: 12 of 120 answers took 2.2 s, before the first swap each one 0.2 s or less',
  });
});

test('it is found behind noise, where no other list can be judged', (t) => {
  const verdict = rolled({ list: ONE_IN_TEN, control: NOISY });
  t.true(verdict.noise.share > 0.3);
  t.is(clauseOf(verdict)?.status, 'failed');
  t.regex(causesOf(verdict)[0]?.sample ?? '', /^GET stacks: \d+ of \d+ answers took 2\.2 s/);
});

test('what is late only while the machine is slow is the machine’s', (t) => {
  const verdict = rolled({
    list: (index) => (NOISY(40 + index) > 1 ? 2.2 : 0.2),
    control: NOISY,
  });
  t.deepEqual(causesOf(verdict), []);
  t.is(clauseOf(verdict)?.status, 'not-proven');
});

test('what is late in few moments, as late as others, by less or at the base too is not found', (t) => {
  const courses: readonly Course[] = [
    { list: (index) => (index >= 50 && index < 62 ? 2.2 : 0.2) },
    { list: (index) => (index % 40 === 3 ? 2.2 : 0.2) },
    { list: ONE_IN_TEN, show: (index) => (index % 10 === 3 ? 2.2 : 0.1) },
    { list: (index) => (index % 10 === 3 ? 1.1 : 0.2) },
    { list: ONE_IN_TEN, baseList: 1.9 },
  ];
  for (const [index, course] of courses.entries()) {
    t.deepEqual(
      causesOf(rolled(course)).map(({ sample }) => sample),
      [],
      `course ${index}`,
    );
  }
});

test('a late answer among others that are in time counts in any noise', (t) => {
  // Every control is slow: no moment is quiet.
  const noisy = (list: Course['list'], show?: Course['show']) =>
    rolled({ list, control: () => 2, sent: 4, ...(show && { show }) });
  const verdict = noisy(ONE_IN_TEN);
  t.is(clauseOf(verdict)?.status, 'failed');
  t.regex(
    causesOf(verdict)[0]?.sample ?? '',
    /^GET stacks: 48 of 480 answers took 2\.2 s, before the first swap half of them 0\.2 s or less$/,
  );
  const byMachine = (index: number): number => (index % 25 === 3 ? 2.2 : 0.2);
  t.deepEqual(causesOf(noisy(byMachine)), [], 'as often as the machine makes it late');
  const all = (index: number): number => (index % 10 < 2 ? 2.2 : 0.2);
  t.deepEqual(causesOf(noisy(all, all)), [], 'others are late in the same moments');
});
