import test from 'ava';
import { judge } from '../../../src/verdict/judge.ts';
import { rollbackInWords } from '../../../src/verdict/reading/rollback.ts';
import { NEW, OLD, Story } from '../stream.ts';

/** An engine to the target, back to the base, and to the target again. */
function story({ schema = 'b' } = {}): Story {
  return new Story({ rollback: ['2.1 swap heat-engine@node1/heat-engine'] })
    .schema('base', 'a')
    .at(5)
    .schema('target', schema)
    .at(10)
    .swapped('node1/heat-engine')
    .at(20)
    .step('2.1')
    .swapped('node1/heat-engine', NEW, OLD)
    .done('2.1', 3);
}

const forward = (back: Story): Story => back.at(40).swapped('node1/heat-engine').at(50).finished();
const work = (at: number) =>
  ({
    type: 'work-observed',
    at: at * 1000,
    node: 'node1',
    service: 'heat-engine',
    version: OLD.version,
    count: 7,
  }) as const;

test('without a rollback nothing is reported', (t) => {
  const verdict = judge(new Story().at(10).swapped('node1/heat-api').finished().events);
  t.is(verdict.rollback, null);
  t.is(rollbackInWords(verdict.rollback), undefined);
});

test('a rollback is legal where the base served and worked on the target’s schema', (t) => {
  const { rollback } = judge(forward(story().add(work(30))).events);
  t.like(rollback, { status: 'proven', schema: { base: 'a', back: 'b', moved: true } });
  t.deepEqual(
    rollback?.services.map(({ name, version, from, to, work }) => [name, version, from, to, work]),
    [['node1/heat-engine', '24.0.0', 21_500, 41_000, 7]],
  );
  t.is(
    rollbackInWords(rollback),
    'legal: node1/heat-engine 24.0.0 again on schema b for 19.5 s; 0 requests served, 7 pieces of work',
  );
});

test('a rollback that did nothing proves nothing', (t) => {
  const { rollback } = judge(forward(story()).events);
  t.is(rollback?.status, 'not-proven');
  t.regex(rollbackInWords(rollback ?? null) ?? '', /^not shown to be legal: .*did nothing/);
});

test('an error of the database in the base’s log makes a rollback illegal; another error does not', (t) => {
  const finding = (signature: string) =>
    ({
      type: 'log-finding',
      at: 30_000,
      node: 'node1',
      service: 'heat-engine',
      version: OLD.version,
      signature,
      title: 'a title',
      severity: 'error',
      sample: '(1054, "Unknown column \'x\'")',
    }) as const;
  const status = (signature: string) =>
    judge(forward(story().add(work(30)).add(finding(signature))).events).rollback?.status;
  t.is(status('database-schema-mismatch'), 'failed');
  t.is(status('database-error'), 'failed');
  t.is(status('messaging-timeout'), 'proven');
});

test('a base that does not serve again fails the run: the upgrade caused it', (t) => {
  const events = new Story({ rollback: ['2.1 swap heat-engine@node1/heat-engine'] })
    .schema('base', 'a')
    .schema('target', 'b')
    .at(10)
    .swapped('node1/heat-engine')
    .at(20)
    .step('2.1')
    .stopping('node1/heat-engine', NEW)
    .stopped('node1/heat-engine', NEW)
    .at(22)
    .started('node1/heat-engine', OLD)
    .at(60)
    .broke('2.1', 'did-not-serve', 'no row of this start')
    .finished('failed', { code: 'did-not-serve', message: 'no row of this start', step: '2.1' });
  const verdict = judge(events.events);
  t.is(verdict.rollback?.status, 'failed');
  t.is(verdict.outcome, 'failed');
  t.regex(verdict.reasons.join(' '), /node1\/heat-engine 24\.0\.0 did not serve again/);
});

test('if both releases have the same schema, a rollback proves nothing about schemas', (t) => {
  const { rollback } = judge(forward(story({ schema: 'a' }).add(work(30))).events);
  t.like(rollback, { status: 'proven', schema: { moved: false } });
});
