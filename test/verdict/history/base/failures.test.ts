import test from 'ava';
import { baseFailsInWords } from '../../../../src/verdict/history/base/failures.ts';
import { judge } from '../../../../src/verdict/judge.ts';
import { readingOf } from '../../../../src/verdict/reading/reading.ts';
import type { Clause, TagName, Verdict } from '../../../../src/verdict/schema/verdict.ts';
import { NEW, OLD, Story } from '../../stream.ts';

const STAGES = {
  baseline: ['1.1 start-load', '1.2 hold'],
  engines: ['2.1 swap @node1'],
};
const SIGNAL = {
  probe: 'workload',
  operation: 'signal-cfn',
  server: 'node1/heat-api-cfn',
} as const;
const REFUSED = { ...SIGNAL, status: 403, detail: 'AccessDenied' };

/** Twelve seconds of normal operation, in which other requests are served. */
const baseline = (): Story =>
  new Story(STAGES, { require: ['supports-zero-downtime-upgrade'] })
    .at(0)
    .step('1.1')
    .done('1.1')
    .step('1.2')
    .at(1)
    .requests(60);

const refusedAt = (story: Story, ...seconds: readonly number[]): Story => {
  for (const at of seconds) story.at(at).request('unexpected-status', REFUSED);
  return story;
};

const noneLost = (tags: Verdict['tags']): Clause | undefined =>
  tags['supports-zero-downtime-upgrade'].clauses.find(({ id }) => id === 'no-request-lost');

/** Rolls one engine, and ends. */
const rolled = (story: Story): Story =>
  story.at(12).done('1.2', 12).step('2.1').swapped('node1/heat-engine').done('2.1').at(20);

test('a request that the base refuses before the roll is the base’s fault, with the log line beside it', (t) => {
  const line =
    'ERROR heat.api.aws.ec2token Failed to obtain a Keystone token from None: (HTTP 401)';
  const story = refusedAt(baseline(), 8, 10)
    .logged('node1/heat-api-cfn', OLD.version, { severity: 'warning', sample: line })
    .at(12);
  const [fault] = readingOf(story.events).baseFailures;
  t.like(fault, { count: 2, of: 2, server: 'node1/heat-api-cfn', line });
  t.regex(
    baseFailsInWords(readingOf(story.events).baseFailures) ?? '',
    /^the base fails before anything is rolled: signal-cfn: 403, .*, 2 of 2; its log beside it: .*401/,
  );
});

test('the base’s failure is the first cause, once, and the clause that depends on it is not proven', (t) => {
  const story = rolled(refusedAt(baseline(), 8, 10));
  refusedAt(story, 21, 22, 23).at(24).requests(100);
  const verdict = judge(story.events);
  const [first, ...others] = verdict.causes;
  t.like(first, { kind: 'base-fails', count: 5, unit: 'requests', step: '1.2' });
  t.false(others.some(({ title }) => title.includes('403')));
  t.true(verdict.api.lost.every(({ causeId }) => causeId === first?.id));
  const clauses = verdict.tags['supports-zero-downtime-upgrade'].clauses;
  t.is(clauses.find(({ id }) => id === 'no-request-lost')?.status, 'not-proven');
});

test('a loss of another kind during the roll still fails the upgrade', (t) => {
  const story = rolled(refusedAt(baseline(), 8, 10));
  story.at(21).request('5xx-service', { status: 500 }).at(22).requests(100);
  const clauses = judge(story.events).tags['supports-zero-downtime-upgrade'].clauses;
  t.is(clauses.find(({ id }) => id === 'no-request-lost')?.status, 'failed');
});

test('a request that fails far more often after the roll than in the base is the upgrade’s failure', (t) => {
  const story = baseline();
  const unavailable = { status: 503, operation: 'GET stacks' };
  for (const at of [6, 7, 8, 9]) {
    story.at(at).requests(3, { operation: 'GET stack' });
    story.at(at).request('served', unavailable);
  }
  for (const at of [6.5, 7.5, 8.5]) {
    story.at(at).request('5xx-balancer', { ...unavailable, operation: 'GET one' });
  }
  for (const at of [6.6, 7.6, 8.6, 9.6, 9.7, 9.8, 9.9]) {
    story.at(at).request('served', { operation: 'GET one' });
  }
  rolled(story);
  for (let index = 0; index < 40; index += 1) {
    story.at(21 + index / 10).request('5xx-balancer', { ...unavailable, operation: 'GET one' });
  }
  const { causes, tags, api } = judge(story.at(30).requests(100).events);
  t.is(noneLost(tags)?.status, 'failed');
  t.deepEqual(
    causes.map(({ kind, count }) => [kind, count]),
    [
      ['base-fails', 3],
      ['requests-lost', 40],
    ],
  );
  t.true(causes[0]?.evidence.some((line) => line.includes('40 of 40')));
  t.is(api.failed, 43);
});

test('a request that fails as often as in the base is the base’s failure', (t) => {
  const story = baseline();
  const one = { status: 503, operation: 'GET one' };
  const some = (from: number): void => {
    for (let index = 0; index < 10; index += 1) {
      const lost = index % 3 === 0;
      story.at(from + index / 10).request(lost ? '5xx-balancer' : 'served', one);
    }
  };
  some(6);
  rolled(story);
  for (const from of [21, 23, 25, 27]) some(from);
  const { causes, tags } = judge(story.at(30).requests(100).events);
  t.is(noneLost(tags)?.status, 'not-proven');
  t.deepEqual(
    causes.map(({ kind, count }) => [kind, count]),
    [['base-fails', 20]],
  );
});

/** Work that came to a bad end in the upgrade, beside something that the base fails at. */
const BASE_FAULTS: readonly (readonly [string, 'not-proven' | 'failed', (story: Story) => void])[] =
  [
    ['a signal that it refuses', 'not-proven', (story) => refusedAt(story, 8, 10)],
    [
      'a list that it does not serve',
      'failed',
      (story) => {
        for (const at of [7, 8]) story.at(at).request('5xx-service', { operation: 'GET one' });
      },
    ],
    [
      'a check that does not hold',
      'failed',
      (story) => story.at(8).checked('outputs', 'standing', false, 'gone'),
    ],
    [
      'creates that fail',
      'failed',
      (story) => {
        for (const name of ['s1', 's2']) story.at(8).settled('create', name, 'failed');
      },
    ],
  ];
for (const [what, status, fails] of BASE_FAULTS) {
  test(`an update that is stuck in the upgrade, where the base has ${what}: ${status}`, (t) => {
    const story = baseline();
    fails(story);
    rolled(story).at(13).accepted('update', 'victim').at(60).settled('update', 'victim', 'stuck');
    const { tags } = judge(story.events);
    t.is(
      tags['supports-zero-downtime-upgrade'].clauses.find(
        ({ id }) => id === 'every-accepted-operation-completed',
      )?.status,
      status,
    );
  });
}

test('creates that fail in the upgrade as they do in the base are the base’s', (t) => {
  const story = baseline();
  for (const name of ['s1', 's2']) {
    story.at(7).accepted('create', name).at(8).settled('create', name, 'failed');
  }
  rolled(story).at(13).accepted('create', 's3').at(20).settled('create', 's3', 'failed');
  const status = ({ events }: Story): string | undefined =>
    judge(events).tags['supports-zero-downtime-upgrade'].clauses.find(
      ({ id }) => id === 'every-accepted-operation-completed',
    )?.status;
  t.is(status(story), 'not-proven');
  t.is(
    status(story.at(13).accepted('create', 's4').at(60).settled('create', 's4', 'lost')),
    'failed',
  );
});

test('one loss among many is neither a fault of the base nor of the upgrade', (t) => {
  const story = rolled(baseline().at(6).request('5xx-service', { status: 500 }));
  story.at(24).requests(100);
  t.deepEqual(readingOf(story.events).baseFailures, []);
  const clauses = judge(story.events).tags['supports-zero-downtime-upgrade'].clauses;
  t.is(clauses.find(({ id }) => id === 'no-request-lost')?.status, 'not-proven');
});

test('losses of a slow machine in the baseline stop no run', (t) => {
  const story = baseline();
  for (const at of [6, 6.2, 6.4]) story.at(at).request('timeout', SIGNAL, 0.9);
  story.at(6.5).control('timeout', 1.2).at(12);
  t.deepEqual(readingOf(story.events).baseFailures, []);
});

test('the same losses on an idle machine count against the base', (t) => {
  const story = baseline();
  for (const at of [6, 6.2, 6.4]) story.at(at).request('timeout', SIGNAL, 0.9);
  story.at(6.5).controls(5).at(12);
  t.is(readingOf(story.events).baseFailures.length, 1);
});

test('a failure that begins after the first step counts against the upgrade', (t) => {
  const story = refusedAt(rolled(baseline()), 21, 22, 23).at(24).requests(100);
  t.deepEqual(readingOf(story.events).baseFailures, []);
  const clauses = judge(story.events).tags['supports-zero-downtime-upgrade'].clauses;
  t.is(clauses.find(({ id }) => id === 'no-request-lost')?.status, 'failed');
});

test('stacks that fail in the baseline and a failing check count against the base too', (t) => {
  const story = baseline()
    .at(5)
    .settled('create', 's1', 'failed', { status: 'CREATE_FAILED: no' })
    .at(6)
    .settled('create', 's2', 'failed', { status: 'CREATE_FAILED: no' })
    .checked('outputs', 's3', false, 'gone')
    .at(12);
  t.deepEqual(
    readingOf(story.events)
      .baseFailures.map(({ what }) => what)
      .sort(),
    ['create of stacks: failed', 'outputs does not hold'],
  );
});

test('a run that stopped because of the base failed, and the reason says that nothing was upgraded', (t) => {
  const why = baseFailsInWords(readingOf(refusedAt(baseline(), 8, 10).at(12).events).baseFailures);
  const story = refusedAt(baseline(), 8, 10)
    .at(12)
    .add({
      type: 'run-finished',
      at: 12_000,
      time: '2026-08-01T12:00:12.000Z',
      outcome: 'failed',
      error: { code: 'base-fails', message: why ?? '' },
    });
  const verdict = judge(story.events);
  t.is(verdict.outcome, 'failed');
  t.regex(verdict.reasons[0] ?? '', /^Nothing was upgraded: the base fails .*signal-cfn: 403/);
  t.is(verdict.tags['supports-upgrade'].status, 'not-proven');
});

test('a call lost with a process is attributed to the process, unless the base fails like this by itself', (t) => {
  const lostAs = (outcome: 'unexpected-status' | '5xx-service', status: number): string => {
    const story = baseline();
    for (const at of [8, 10]) story.at(at).request(outcome, { ...SIGNAL, status });
    rolled(story).at(21).taken('req-late', 'node2/heat-engine', OLD.version, 'signal').at(22);
    story.logged('node2/heat-engine', OLD.version, { signature: 'child-died' }).at(23);
    story.request('5xx-service', { ...SIGNAL, id: 'req-late', status: 500 }, 2);
    return judge(story.events).api.lost.find(({ id }) => id === 'req-late')?.causeId ?? '';
  };
  t.regex(lostAs('unexpected-status', 403), /^work-lost-with-process/);
  t.regex(lostAs('5xx-service', 500), /^base-fails/);
});

test('two losses of five are not a fault of the base, and losses of controls are not either', (t) => {
  const lost = (count: number, more: object): number => {
    const story = baseline();
    for (let index = 0; index < 5; index += 1) {
      const outcome = index < count ? 'wrong-body' : 'served';
      story.at(6 + index / 2).request(outcome, { operation: 'GET one', ...more });
    }
    return readingOf(story.at(12).events).baseFailures.length;
  };
  t.is(lost(2, {}), 0);
  t.is(lost(3, {}), 1);
  t.is(lost(3, { control: true, probe: 'keystone' }), 0);
});

test('a wrong answer during a stall of the machine still counts against the base', (t) => {
  const story = refusedAt(baseline(), 8, 10).at(9).control('timeout', 2).at(12);
  t.is(readingOf(story.events).baseFailures.length, 1);
});

test('stacks that are lost in the baseline count against the base', (t) => {
  const story = baseline();
  for (const name of ['a', 'b']) story.at(6).settled('delete', name, 'lost');
  t.deepEqual(
    readingOf(story.at(12).events).baseFailures.map(({ what }) => what),
    ['delete of stacks: lost'],
  );
});

const clauseOf = (story: Story, tag: TagName, id: string): Clause | undefined =>
  judge(story.events).tags[tag].clauses.find((clause) => clause.id === id);

test('a migration that finds nothing to do is still the base’s own time', (t) => {
  const during = (revision: string): Story =>
    new Story(
      { ...STAGES, schema: ['2.1 db-sync'], engines: ['3.1 swap @node1'] },
      { require: ['supports-zero-downtime-upgrade'] },
    )
      .at(0)
      .schema('base', 'one')
      .step('1.1')
      .done('1.1')
      .step('1.2')
      .at(1)
      .requests(60)
      .at(12)
      .done('1.2', 12)
      .step('2.1')
      .at(15)
      .checked('outputs', 'standing', false, 'gone')
      .at(18)
      .schema('target', revision)
      .done('2.1')
      .step('3.1')
      .swapped('node1/heat-engine')
      .done('3.1')
      .at(20);
  const kinds = (story: Story) => judge(story.events).causes.map(({ kind }) => kind);
  t.deepEqual(kinds(during('one')), ['base-fails']);
  t.deepEqual(kinds(during('two')), ['integrity-broken']);
});

test('a check that does not hold in the base already fails no clause, and another one does', (t) => {
  const story = rolled(baseline().at(6).checked('outputs', 'standing', false, 'gone')).at(21);
  const statuses = (): readonly (string | undefined)[] => [
    clauseOf(story, 'supports-upgrade', 'integrity')?.status,
    clauseOf(story, 'supports-accessible-upgrade', 'resources-reachable')?.status,
  ];
  t.deepEqual(statuses(), ['not-proven', 'not-proven']);
  t.regex(
    clauseOf(story, 'supports-upgrade', 'integrity')?.evidence[0] ?? '',
    /^The base breaks it by itself, before anything is rolled: outputs/,
  );
  t.deepEqual(
    judge(story.events).causes.map(({ kind }) => kind),
    ['base-fails'],
  );
  story.checked('outputs', 'other', false, 'gone');
  t.deepEqual(statuses(), ['not-proven', 'not-proven'], 'the same check of another object');
  story.checked('events', 'standing', false, 'gone');
  t.deepEqual(statuses(), ['failed', 'failed']);
});

test('what the base refused before the roll is no message between two releases', (t) => {
  const understood = (write: (story: Story) => Story): string | undefined => {
    const story = rolled(baseline());
    for (const node of ['node1', 'node2']) story.worked(`${node}/heat-engine`, OLD.version, 1);
    return clauseOf(
      write(story).at(40).finished(),
      'supports-rolling-upgrade',
      'versions-understand-each-other',
    )?.status;
  };
  const engine = 'node2/heat-engine';
  t.is(
    understood((story) => story),
    'proven',
  );
  t.is(
    understood((story) => story.at(20).refused(engine)),
    'failed',
  );
  t.is(
    understood((story) => story.at(5).refused(engine)),
    'not-proven',
  );
  t.is(
    understood((story) => story.at(5).refused(engine).at(20).refused(engine)),
    'not-proven',
  );
  const other = { signature: 'object-version-refused' };
  t.is(
    understood((story) =>
      story.at(5).refused(engine).at(20).logged('node1/heat-engine', NEW.version, other),
    ),
    'failed',
  );
});

test('a little more often than in the base, or less often, is the base’s all the same', (t) => {
  /** How many of ten in the base, and of how many after the roll, do not work. */
  const kinds = (inBase: number, later: number, of: number): readonly string[] => {
    const story = baseline();
    const ask = (from: number, lost: number, count: number): void => {
      for (let index = 0; index < count; index += 1) {
        const outcome = index < lost ? '5xx-balancer' : 'served';
        story.at(from + index / 10).request(outcome, { status: 503, operation: 'GET one' });
      }
    };
    ask(6, inBase, 10);
    rolled(story);
    ask(21, later, of);
    return judge(story.at(60).requests(100).events).causes.map(({ kind }) => kind);
  };
  t.deepEqual(kinds(3, 5, 10), ['base-fails']);
  t.deepEqual(kinds(8, 2, 60), ['base-fails']);
  t.deepEqual(kinds(3, 60, 60), ['base-fails', 'requests-lost']);
});
