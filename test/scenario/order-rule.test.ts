import test from 'ava';
import { describeRule } from '../../src/scenario/order-rule.ts';
import { load, problemsOf } from './scenario-file.ts';

const HEAD = 'name: s\nbase: 2025.1\ntarget: 2026.1\nrules:\n';

test('a rule reads as a sentence', async (t) => {
  const { scenario } = await load(
    t,
    `${HEAD}  - name: engines-first
    no: { service: heat-api, at: target }
    while: { service: heat-engine, at: base }
    sameVhost: true
    why: Old engines do not know the argument.
  - name: schema-first
    no: { service: node1, at: target }
    before: db-sync
  - name: no-way-back
    no: { service: engine, at: base }
    after: db-sync
`,
  );
  t.deepEqual(scenario.rules.map(describeRule), [
    'no heat-api at target while any heat-engine is at base on the same vhost',
    'no node1 at target before db-sync',
    'no engine at base after db-sync',
  ]);
});

test('a rule about an unknown service names its place and the nearest service', async (t) => {
  t.deepEqual(
    await problemsOf(
      t,
      `${HEAD}  - name: r
    no: { service: heat-appi, at: target }
    while: { service: node3/heat-engine, at: base }
`,
    ),
    [
      'the scenario has 2 problems',
      's.yaml:6:20: rules[0].no.service: there is no heat-appi in topology 2x2; one of api, engine, heat-api, heat-engine, node1, node2, node1/heat-api, node1/heat-engine, node2/heat-api, node2/heat-engine (did you mean heat-api?)',
      's.yaml:7:23: rules[0].while.service: there is no node3/heat-engine in topology 2x2; one of api, engine, heat-api, heat-engine, node1, node2, node1/heat-api, node1/heat-engine, node2/heat-api, node2/heat-engine (did you mean node1/heat-engine?)',
    ],
  );
});

test('a rule has one condition, a unique name, and a step that the subject has', async (t) => {
  const no = 'no: { service: api, at: target }';
  t.deepEqual(
    await problemsOf(
      t,
      `${HEAD}  - { name: r, ${no} }
  - { name: r, ${no}, before: db-sync, after: create-vhost }
  - { name: s, ${no}, before: migrate-data }
  - { name: u, ${no}, before: db-sync, sameVhost: true }
`,
    ),
    [
      'the scenario has 5 problems',
      's.yaml:5:5: rules[0]: a rule needs one of while, before and after',
      's.yaml:6:5: rules[1]: a rule has only one of while, before and after',
      's.yaml:6:13: rules[1].name: there is a rule r already',
      's.yaml:7:58: rules[2].before: an upgrade of Heat has no step migrate-data',
      's.yaml:8:78: rules[3].sameVhost: sameVhost is for a rule with while',
    ],
  );
});

test('a side or a step that does not exist is refused, and the existing ones are listed', async (t) => {
  t.deepEqual(
    await problemsOf(
      t,
      `${HEAD}  - { name: r, no: { service: api, at: targt }, before: db-snyc }
`,
    ),
    [
      'the scenario has 2 problems',
      's.yaml:5:40: rules[0].no.at: expected one of base, target; found "targt" (did you mean target?)',
      's.yaml:5:57: rules[0].before: expected one of db-sync, migrate-data, create-vhost, pin, unpin; found "db-snyc" (did you mean db-sync?)',
    ],
  );
});
