import test from 'ava';
import { judge } from '../../../src/verdict/judge.ts';
import { NEW, OLD, Story } from '../stream.ts';

const ENGINES_FIRST = {
  name: 'engines-first',
  no: { service: 'api', at: 'target' as const },
  while: { service: 'heat-engine', at: 'base' as const },
};
const STAGES = { roll: ['2.1 swap on @node1', '2.2 swap on @node2'] };

/** An api swapped from 10 s to 12 s, an engine from 20 s to 22 s. */
function roll(first: string, second: string, rule: object = {}): Story {
  const rules = [{ ...ENGINES_FIRST, ...rule }];
  const start = {
    rules,
    baseVhost: 'heat',
    services: ['node1/heat-api', 'node2/heat-engine'].map((name) => {
      const [node = '', service = ''] = name.split('/');
      const role = service === 'heat-api' ? ('api' as const) : ('engine' as const);
      return { node, service, role, series: OLD.series, version: OLD.version };
    }),
  };
  const story = new Story(STAGES, start);
  for (const [index, name] of [first, second].entries()) {
    const from = 10 * (index + 1);
    story
      .at(from)
      .step(`2.${index + 1}`)
      .stopping(name)
      .at(from + 1)
      .stopped(name);
    story
      .started(name, NEW)
      .at(from + 2)
      .serving(name, NEW)
      .done(`2.${index + 1}`, 2);
  }
  return story.at(40);
}

function ended(story: Story) {
  return story.add({
    type: 'run-finished',
    at: 40_000,
    time: '2026-08-01T12:01:00.000Z',
    outcome: 'completed',
  });
}

test('a rule is judged by which services ran when', (t) => {
  const { rules, outcome } = judge(ended(roll('node2/heat-engine', 'node1/heat-api')).events);
  t.like(rules?.[0], {
    name: 'engines-first',
    rule: 'no api at target while any heat-engine is at base',
    status: 'proven',
  });
  t.is(outcome, 'passed');
});

test('a broken rule fails the run, and says which services met, when and in which step', (t) => {
  const run = ended(roll('node1/heat-api', 'node2/heat-engine', { why: 'Bug 1.' }));
  const { rules, outcome, reasons } = judge(run.events);
  t.is(rules?.[0]?.status, 'failed');
  t.deepEqual(rules?.[0]?.evidence, [
    'Broken for 10.0 s, from 11.0 s in step 2.1 swap on node1: node1/heat-api ran at 26.0.1 beside node2/heat-engine at 24.0.0.',
    'Bug 1.',
  ]);
  t.is(outcome, 'failed');
  t.deepEqual(reasons, [
    'order-rule engines-first is failed: no api at target while any heat-engine is at base. Broken for 10.0 s, from 11.0 s in step 2.1 swap on node1: node1/heat-api ran at 26.0.1 beside node2/heat-engine at 24.0.0.',
  ]);
});

test('a rule about one vhost counts only services that shared one', (t) => {
  const apart = roll('node1/heat-api', 'node2/heat-engine', { sameVhost: true });
  const events = ended(apart).events.map((event) =>
    event.type === 'service-started' ? { ...event, vhost: 'heat-next' } : event,
  );
  t.is(judge(events).rules?.[0]?.status, 'proven');
  const moved = [
    ...events,
    {
      type: 'service-moved' as const,
      at: 15_000,
      node: 'node1',
      service: 'heat-api',
      vhost: 'heat',
    },
  ].toSorted((a, b) => a.at - b.at);
  t.regex(judge(moved).rules?.[0]?.evidence[0] ?? '', /^Broken for 6\.0 s, from 15\.0 s/);
});

test('a step that never came limits nothing: services that should have waited for it did not', (t) => {
  const rule = { name: 'r', no: { service: 'api', at: 'target' as const }, while: undefined };
  const story = (more: object) =>
    ended(roll('node1/heat-api', 'node2/heat-engine', { ...rule, ...more }));
  t.regex(
    judge(story({ before: 'db-sync' }).events).rules?.[0]?.evidence[0] ?? '',
    /^Broken for 29\.0 s, from 11\.0 s in step 2\.1 .*: node1\/heat-api ran at 26\.0\.1; no db-sync was done\.$/,
  );
  t.is(judge(story({ after: 'db-sync' }).events).rules?.[0]?.status, 'proven');
});

test('a run that broke off proves no rule, but shows a rule that it broke before', (t) => {
  const early = roll('node2/heat-engine', 'node1/heat-api');
  t.is(judge(early.events).rules?.[0]?.status, 'not-proven');
  t.is(judge(roll('node1/heat-api', 'node2/heat-engine').events).rules?.[0]?.status, 'failed');
});

test('without rules the verdict does not mention them', (t) => {
  t.false('rules' in judge(new Story().events));
});

test('a rule that a watch cannot check is not met', (t) => {
  const watched = { cloud: 'c', endpoint: 'http://a', project: 'p', probes: [] };
  const story = new Story({}, { rules: [ENGINES_FIRST], watched }).at(40).finished();
  const { rules, outcome, reasons } = judge(story.events);
  t.is(rules?.[0]?.status, 'not-proven');
  t.is(outcome, 'failed');
  t.regex(reasons.join(' '), /order-rule engines-first is not-proven/);
});

test('services that ran one right after the other did not run together', (t) => {
  // The engine of the base exits in the millisecond in which the API of the target is started.
  const story = roll('node2/heat-engine', 'node1/heat-api');
  const events = ended(story).events.map((event) =>
    'service' in event && event.service === 'heat-engine' && event.at < 20_000
      ? { ...event, at: event.at + 10_000 }
      : event,
  );
  t.is(judge(events).rules?.[0]?.status, 'proven');
});
