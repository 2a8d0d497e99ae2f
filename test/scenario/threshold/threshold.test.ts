import { readFileSync } from 'node:fs';
import test from 'ava';
import { METRICS, TAG_NAMES } from '../../../src/scenario/threshold/metrics.ts';
import { parseThreshold } from '../../../src/scenario/threshold/parse.ts';
import type { Threshold } from '../../../src/scenario/threshold/threshold.ts';
import { load, problemsOf } from '../scenario-file.ts';

const HEAD = 'name: s\nbase: 2025.1\ntarget: 2026.1\nthresholds:\n';

function parsed(metric: string, expression: string): Partial<Threshold> {
  const result = parseThreshold(metric, expression);
  return 'threshold' in result ? result.threshold : {};
}

function problem(metric: string, expression: string): string {
  const result = parseThreshold(metric, expression);
  return 'problem' in result ? result.problem : 'none';
}

test('a rate, a trend and a counter are understood with their tags, units and operators', (t) => {
  t.like(parsed('api_failed', 'rate<0.001'), {
    name: 'api_failed',
    aggregation: 'rate',
    operator: '<',
    limit: 0.001,
    unit: 'none',
  });
  t.like(parsed('api_failed', 'rate <= 0.5%'), { operator: '<=', limit: 0.005 });
  t.like(parsed('http_req_duration{probe:list, stage:mixed}', 'p(95)<800ms'), {
    selector: { probe: 'list', stage: 'mixed' },
    aggregation: 'p',
    quantile: 0.95,
    limit: 800,
    unit: 'ms',
  });
  t.like(parsed('disruption', 'max<2s'), { aggregation: 'max', limit: 2000, unit: 'ms' });
  t.like(parsed('disruption', 'count<=3'), { aggregation: 'count', limit: 3, unit: 'none' });
  t.like(parsed('stacks_stuck', 'count==0'), { operator: '==', limit: 0 });
});

const WRONG: readonly (readonly [string, string, RegExp])[] = [
  ['api_fialed', 'rate<1', /unknown metric "api_fialed" \(did you mean api_failed\?\)/],
  ['api_failed{prob:list}', 'rate<1', /api_failed has no tag "prob:list"; its tags: probe/],
  [
    'api_failed{stage:later}',
    'rate<1',
    /stage is one of baseline, mixed, upgrade, after; found "later"/,
  ],
  ['stacks_stuck{node:node1}', 'count==0', /stacks_stuck has no tag "node:node1"; its tags: none/],
  ['api_failed', 'p(95)<1', /api_failed has no p\(95\); its aggregations: rate, count/],
  ['stacks_stuck', 'rate<1', /stacks_stuck has no rate; its aggregations: count/],
  ['disruption', 'max<2', /a time needs a unit/],
  ['stacks_stuck', 'count==0s', /s is no unit of count/],
  ['http_req_duration', 'p(101)<1s', /a percentile is at most 100/],
  ['api_failed', 'below 1', /expected AGGREGATION OPERATOR NUMBER, such as rate<0\.001/],
];
for (const [metric, expression, expected] of WRONG) {
  test(`refused: ${metric}: ${expression}`, (t) => {
    t.regex(problem(metric, expression), expected);
  });
}

test('an error in a threshold names the place of its key or of its expression', async (t) => {
  t.deepEqual(await problemsOf(t, `${HEAD}  stacks_stuck: rate<1\n`), [
    's.yaml:5:17: thresholds.stacks_stuck: stacks_stuck has no rate; its aggregations: count',
  ]);
  const [unknown] = await problemsOf(t, `${HEAD}  api_failed: [rate<1, max<2]\n`);
  t.regex(unknown ?? '', /^s\.yaml:5:24: thresholds\.api_failed\[1\]: api_failed has no max/);
  const [probe] = await problemsOf(t, `${HEAD}  'api_failed{probe:lst}': rate<1\n`);
  t.regex(probe ?? '', /^s\.yaml:5:3: .*there is no probe "lst"; .*did you mean list\?/);
  const [node] = await problemsOf(t, `${HEAD}  'log_errors{node:node3}': count==0\n`);
  t.regex(node ?? '', /there is no node "node3"; one of node1, node2/);
});

test('an option sets a threshold', async (t) => {
  const overrides = [
    {
      option: '--set thresholds.api_failed',
      path: ['thresholds', 'api_failed'],
      value: 'rate<0.1',
    },
  ];
  const { scenario } = await load(t, `${HEAD}  api_failed: rate<0.001\n`, { overrides });
  t.deepEqual(scenario.thresholds, { api_failed: 'rate<0.1' });
});

test('the documentation names every metric and every tag', (t) => {
  const text = readFileSync(new URL('../../../docs/thresholds.md', import.meta.url), 'utf8');
  const inWords = (name: string): string => {
    const [of, outcome] = name.split('_');
    return (of === 'stacks' || of === 'operations') && outcome !== 'accepted'
      ? `\`_${outcome}\``
      : `\`${name}\``;
  };
  for (const name of Object.keys(METRICS)) t.true(text.includes(inWords(name)), name);
  for (const tag of TAG_NAMES) t.true(text.includes(`\`${tag}\``), tag);
});

test('the documentation has the description of each metric', (t) => {
  const text = readFileSync(new URL('../../../docs/thresholds.md', import.meta.url), 'utf8');
  const rows = new Map(
    [...text.matchAll(/^\| `(\w+)` \|.*\| ([^|]+) \|$/gm)].map(([, name = '', what = '']) => [
      name,
      what,
    ]),
  );
  const own = Object.entries(METRICS).filter(([name]) => !/^(stacks|operations)_/.test(name));
  t.true(own.length > 6);
  for (const [name, { what }] of own) t.is(rows.get(name), what);
});

test('a threshold on a guest’s agent requires an agent', async (t) => {
  const own = "  'beside_disruption{probe:agent}': max<5s\n";
  const [wrong] = await problemsOf(t, HEAD + own);
  t.regex(wrong ?? '', /there is no probe "agent"/);
  const { scenario } = await load(t, `${HEAD}${own}load: { agent: true }\n`);
  t.true(scenario.load.agent);
});
