import test from 'ava';
import { judge } from '../../../src/verdict/judge.ts';
import { TAGS, type Clause, type TagName } from '../../../src/verdict/schema/verdict.ts';
import { badRoll, cleanRoll, roll } from '../runs.ts';
import { NEW, OLD, Story } from '../stream.ts';

function statuses(story: Story): readonly string[] {
  const { tags } = judge(story.events);
  return TAGS.map((name) => tags[name].status);
}

function clause(story: Story, tag: TagName, id: string): Clause | undefined {
  return judge(story.events).tags[tag].clauses.find((one) => one.id === id);
}

function proves(story: Story, tag: TagName, id: string): string | undefined {
  return clause(story, tag, id)?.status;
}

test('a roll that loses nothing proves every measured tag', (t) => {
  t.deepEqual(statuses(cleanRoll()), ['proven', 'not-proven', 'proven', 'proven', 'not-proven']);
});

test('a tag fails with the tag that it builds on', (t) => {
  t.deepEqual(statuses(badRoll()), ['proven', 'not-proven', 'failed', 'failed', 'failed']);
});

test('an empty run proves nothing and fails nothing', (t) => {
  const empty = new Story({}, { services: [] });
  t.deepEqual(
    statuses(empty),
    TAGS.map(() => 'not-proven'),
  );
});

test('every unproven clause has a reason', (t) => {
  for (const story of [new Story({}, { services: [] }), badRoll(), new Story().at(1).finished()]) {
    for (const { clauses } of Object.values(judge(story.events).tags)) {
      for (const { id, evidence } of clauses) t.truthy(evidence[0], id);
    }
  }
});

const UPGRADE = 'supports-upgrade';

test('run-completed: a run that was aborted or broke off proves no tag', (t) => {
  for (const story of [
    roll(),
    roll().at(50).finished('aborted'),
    roll().at(50).finished('failed'),
  ]) {
    t.is(proves(story, UPGRADE, 'run-completed'), 'not-proven');
    t.false(statuses(story).includes('proven'));
  }
});

test('stops-gracefully: a service that had to be killed did not end in time', (t) => {
  t.is(proves(cleanRoll(), UPGRADE, 'stops-gracefully'), 'proven');
  t.is(proves(new Story().at(1).finished(), UPGRADE, 'stops-gracefully'), 'not-proven');
  const killed = cleanRoll().at(45.5).stopping('node1/heat-engine', NEW);
  killed.at(45.9).stopped('node1/heat-engine', NEW, 137);
  const found = clause(killed, UPGRADE, 'stops-gracefully');
  t.is(found?.status, 'failed');
  t.regex(
    found?.evidence[0] ?? '',
    /node1\/heat-engine 26\.0\.1 .*asked to stop at 45\.5 s.*killed at 45\.9 s/,
  );
});

test('stops-gracefully: a fault that kills a service does not request a stop', (t) => {
  const story = cleanRoll().at(45.5).stopped('node1/heat-engine', NEW, 137);
  story.at(47).started('node1/heat-engine', NEW).serving('node1/heat-engine', NEW);
  t.is(proves(story, UPGRADE, 'stops-gracefully'), 'proven');
});

test('stops-gracefully: a service that ran out of memory was not killed because of its grace', (t) => {
  const story = cleanRoll().at(45.5).stopping('node1/heat-engine', NEW).at(45.9);
  const { node, service } = { node: 'node1', service: 'heat-engine' };
  const end = { exitCode: 137, outOfMemory: true, seconds: 0.4 };
  story.add({ type: 'service-stopped', at: 45_900, node, service, ...NEW, ...end });
  t.is(proves(story, UPGRADE, 'stops-gracefully'), 'proven');
});

test('configuration-unchanged: options that only the target has are a change', (t) => {
  const story = cleanRoll({ optionsOfOneSide: ['DEFAULT.debug'] });
  const found = clause(story, UPGRADE, 'configuration-unchanged');
  t.is(found?.status, 'not-proven');
  t.regex(found?.evidence[0] ?? '', /The plan changes it: DEFAULT\.debug/);
});

test('configuration-unchanged: options that the plan sets during the roll are a change', (t) => {
  const story = new Story({ options: ['2.1 set-options [a] b = c'] });
  story.at(10).swapped('node1/heat-api').at(20).swapped('node2/heat-api');
  story.at(30).swapped('node1/heat-engine').at(40).swapped('node2/heat-engine');
  const found = clause(story.at(50).finished(), UPGRADE, 'configuration-unchanged');
  t.is(found?.status, 'not-proven');
  t.regex(found?.evidence[0] ?? '', /changes it: step 2\.1/);
});

test('configuration-unchanged: a pin counts as a change unless it is removed again', (t) => {
  const story = (...options: readonly string[]): Story => {
    const story = new Story({ options });
    for (const option of options) {
      const [id = ''] = option.split(' ');
      story.at(5).step(id).at(6).done(id);
    }
    story.at(10).swapped('node1/heat-api').at(20).swapped('node2/heat-api');
    story.at(30).swapped('node1/heat-engine').at(40).swapped('node2/heat-engine');
    return story.at(50).finished();
  };
  const left = clause(story('2.1 pin to 2025.1'), UPGRADE, 'configuration-unchanged');
  t.is(left?.status, 'not-proven');
  t.regex(left?.evidence[0] ?? '', /leaves a pin: step 2\.1/);
  const taken = clause(
    story('2.1 pin to 2025.1', '2.2 unpin services'),
    UPGRADE,
    'configuration-unchanged',
  );
  t.is(taken?.status, 'proven');
  t.regex(taken?.evidence.join('\n') ?? '', /Pinned from step 2\.1 \(.*\) until step 2\.2\./);
});

test('configuration-unchanged: a service keeps its pin until it is restarted or reloads its configuration', (t) => {
  const story = new Story({ options: ['2.1 pin to 2025.1', '9.1 unpin services'] });
  story.at(5).step('2.1').at(6).done('2.1');
  story.at(10).swapped('node1/heat-api').at(20).swapped('node2/heat-api');
  story.at(30).swapped('node1/heat-engine').at(40).swapped('node2/heat-engine');
  story.at(45).step('9.1').at(46).done('9.1');
  const reloaded = (...names: readonly string[]): void => {
    for (const name of names) {
      const [node = '', service = ''] = name.split('/');
      story.add({ type: 'service-reloaded', at: 47_000, node, service });
    }
  };
  reloaded('node1/heat-api', 'node2/heat-api', 'node1/heat-engine');
  const left = clause(story.at(50).finished(), UPGRADE, 'configuration-unchanged');
  t.is(left?.status, 'not-proven');
  t.regex(left?.evidence[0] ?? '', /but node2\/heat-engine still had it: no restart/);
  reloaded('node2/heat-engine');
  t.is(proves(story, UPGRADE, 'configuration-unchanged'), 'proven');
});

test('services-at-target: a service that was never swapped fails a completed run only', (t) => {
  const story = new Story().at(10).swapped('node1/heat-api');
  t.is(proves(story, UPGRADE, 'services-at-target'), 'not-proven');
  t.is(proves(story.at(20).finished(), UPGRADE, 'services-at-target'), 'failed');
});

test('services-at-target: a plan that swaps nothing proves nothing and fails nothing', (t) => {
  const story = new Story({ mixed: ['1.1 fault stop heat-api on node1'] });
  story.at(10).swapped('node1/heat-api', OLD, OLD).at(20).finished();
  t.is(proves(story, UPGRADE, 'services-at-target'), 'not-proven');
});

test('services-at-target: another version than the expected one fails, and both are named', (t) => {
  const story = roll().at(50).stopping('node1/heat-api', NEW).stopped('node1/heat-api', NEW);
  story.started('node1/heat-api').serving('node1/heat-api', { ...NEW, version: '26.0.9' });
  const found = clause(story, UPGRADE, 'services-at-target');
  t.is(found?.status, 'failed');
  t.regex(found?.evidence[0] ?? '', /runs 26\.0\.9 where 26\.0\.1 was expected/);
});

test('services-at-target: a service that exits by itself fails', (t) => {
  const story = roll().at(50).stopped('node1/heat-engine', NEW, 139).finished();
  t.regex(
    clause(story, UPGRADE, 'services-at-target')?.evidence[0] ?? '',
    /node1\/heat-engine 26\.0\.1 exited by itself at 50\.0 s with status 139/,
  );
});

test('schema-moved: needs the step and the revision, and fails with the step', (t) => {
  const stages = { one: ['1.1 db-sync'] };
  const story = new Story(stages).at(1).step('1.1');
  t.is(proves(story, UPGRADE, 'schema-moved'), 'not-proven');
  t.is(proves(story.at(2).done('1.1'), UPGRADE, 'schema-moved'), 'not-proven');
  t.is(proves(story.schema('target', 'abc'), UPGRADE, 'schema-moved'), 'proven');
  const broken = new Story(stages)
    .at(1)
    .step('1.1')
    .at(2)
    .broke('1.1', 'db-sync-failed', 'no column');
  t.is(proves(broken, UPGRADE, 'schema-moved'), 'failed');
});

test('made-before-works-after: stacks that were changed during the swaps do not count', (t) => {
  const id = 'made-before-works-after';
  const made = (): Story =>
    new Story().at(1).accepted('create', 'a').at(3).settled('create', 'a').at(10);
  const during = made().accepted('update', 'a').swapped('node1/heat-api').at(20);
  t.is(proves(during.settled('update', 'a'), UPGRADE, id), 'not-proven');
  const after = (outcome: 'completed' | 'stuck'): Story =>
    made()
      .swapped('node1/heat-api')
      .at(20)
      .accepted('delete', 'a')
      .at(25)
      .settled('delete', 'a', outcome);
  t.is(proves(after('completed'), UPGRADE, id), 'proven');
  t.is(proves(after('stuck'), UPGRADE, id), 'failed');
  const gone = made()
    .accepted('check', 'a')
    .swapped('node1/heat-api')
    .settled('check', 'a', 'lost');
  t.is(proves(gone, UPGRADE, id), 'failed', 'a lost stack is lost data, whenever it went');
  const open = made().swapped('node1/heat-api').at(20).accepted('update', 'a');
  t.is(proves(open, UPGRADE, id), 'not-proven');
});

test('made-before-works-after: a change that the API refuses after the last swap fails', (t) => {
  const id = 'made-before-works-after';
  const refused = (status: number, from: number, object = 'a'): Story =>
    new Story()
      .at(1)
      .accepted('create', 'a')
      .at(3)
      .settled('create', 'a')
      .at(10)
      .swapped('node1/heat-api')
      .at(from)
      .request(status < 500 ? 'unexpected-status' : '5xx-service', {
        probe: 'workload',
        operation: 'stack-update',
        object,
        status,
      });
  t.is(proves(refused(400, 20), UPGRADE, id), 'failed');
  t.deepEqual(clause(refused(400, 20), UPGRADE, id)?.evidence, [
    'stack-update of a at 19.9 s: refused with 400.',
  ]);
  t.is(proves(refused(400, 20, 'b'), UPGRADE, id), 'not-proven', 'b was not made before');
  t.is(proves(refused(400, 5), UPGRADE, id), 'not-proven', 'it was sent before the last swap');
  t.is(proves(refused(500, 20), UPGRADE, id), 'failed');
  t.is(proves(refused(409, 20), UPGRADE, id), 'not-proven', 'a is busy');
  const one = refused(500, 20).at(30).accepted('delete', 'a').settled('delete', 'a');
  t.is(proves(one, UPGRADE, id), 'proven', 'a lost request is a matter of availability');
});

test('made-before-works-after: stacks from an earlier run on the lab were made before', (t) => {
  const story = (carried: string[]): Story =>
    new Story({}, { carried })
      .at(10)
      .swapped('node1/heat-api')
      .at(20)
      .accepted('update', 'a')
      .settled('update', 'a');
  t.is(proves(story([]), UPGRADE, 'made-before-works-after'), 'not-proven');
  t.is(proves(story(['a']), UPGRADE, 'made-before-works-after'), 'proven');
});

test('made-before-works-after: a stack still being made at the first swap was not made before', (t) => {
  const story = new Story().at(1).accepted('create', 'a').at(10).swapped('node1/heat-api');
  story.at(14).settled('create', 'a').accepted('delete', 'a').settled('delete', 'a');
  t.is(proves(story, UPGRADE, 'made-before-works-after'), 'not-proven');
});

test('integrity: one failed check fails it, and no checks at all prove nothing', (t) => {
  t.is(proves(new Story(), UPGRADE, 'integrity'), 'not-proven');
  const story = new Story().at(1).checked('outputs agree', 'a');
  t.is(proves(story, UPGRADE, 'integrity'), 'proven');
  t.is(proves(story.checked('outputs agree', 'b', false), UPGRADE, 'integrity'), 'failed');
});

const ROLLING = 'supports-rolling-upgrade';

test('rolling: a cold upgrade or a control run, without a mixed state, proves nothing', (t) => {
  const control = cleanRoll({ target: OLD });
  for (const id of ['mixed-served', 'mixed-worked', 'versions-understand-each-other']) {
    t.is(proves(control, ROLLING, id), 'not-proven');
    t.regex(clause(control, ROLLING, id)?.evidence[0] ?? '', /^A restart, not an upgrade/);
    t.is(proves(new Story(), ROLLING, id), 'not-proven');
  }
  t.is(judge(control.events).tags['supports-upgrade'].status, 'not-proven');
});

test('a change of configuration is an upgrade from A to B, without a clause about the schema', (t) => {
  const changes = ['oslo_messaging_rabbit.rabbit_quorum_queue'];
  const story = cleanRoll({ target: OLD, restart: true, configurationChanges: changes });
  const { tags, reasons, configurationChanges } = judge(story.events);
  t.deepEqual(configurationChanges, changes);
  t.notRegex(reasons.join(' '), /A restart, not an upgrade/);
  t.deepEqual(
    tags['supports-upgrade'].clauses.map(({ id, status }) => `${id} ${status}`),
    [
      'run-completed proven',
      'services-at-target proven',
      'stops-gracefully proven',
      'configuration-changed proven',
      'made-before-works-after proven',
      'integrity proven',
    ],
  );
  t.regex(clause(story, ROLLING, 'mixed-served')?.evidence[0] ?? '', /24\.0\.0 \(A\) did/);
  // Without it every service would run with A, as a restart does.
  t.is(
    proves(cleanRoll({ target: OLD, restart: true }), UPGRADE, 'something-upgraded'),
    'not-proven',
  );
});

/** Heat stays, and its broker is swapped under its load. */
function brokerSwap(to: string): Story {
  const story = new Story(
    { upgrade: ['1.1 swap-infrastructure'] },
    {
      target: OLD,
      restart: true,
      infrastructure: [{ service: 'rabbitmq', suite: 'forky' }],
    },
  );
  const place = { service: 'rabbitmq' } as const;
  return story
    .at(10)
    .step('1.1')
    .add({ type: 'infrastructure-stopping', at: 10_000, ...place, version: '4.0.5' })
    .add({
      type: 'container-changed',
      at: 12_000,
      container: 'rabbitmq',
      change: 'exited',
      exitCode: 0,
    })
    .add({ type: 'container-changed', at: 13_000, container: 'rabbitmq', change: 'started' })
    .at(14)
    .request('5xx-service', { status: 500 })
    .at(20)
    .add({ type: 'infrastructure-serving', at: 20_000, ...place, version: to, seconds: 10 })
    .at(40)
    .finished();
}

test('a swap of infrastructure is an upgrade of its own, observed through the subject', (t) => {
  const verdict = judge(brokerSwap('4.3.6').events);
  t.deepEqual(verdict.infrastructure, [
    { service: 'rabbitmq', from: '4.0.5', to: '4.3.6', seconds: 10 },
  ]);
  t.notRegex(verdict.reasons.join(' '), /A restart, not an upgrade/);
  t.is(proves(brokerSwap('4.3.6'), UPGRADE, 'infrastructure-at-target'), 'proven');
  t.is(proves(brokerSwap('4.0.5'), UPGRADE, 'infrastructure-at-target'), 'not-proven');
  t.deepEqual(
    verdict.tags['supports-zero-downtime-upgrade'].clauses.map(({ id }) => id),
    [
      'holds-supports-upgrade',
      'every-accepted-operation-completed',
      'no-request-lost',
      'all-arrivals-sent',
    ],
  );
  t.is(verdict.tags['supports-rolling-upgrade'].status, 'not-proven');
  const [first] = verdict.causes;
  t.is(first?.kind, 'infrastructure-stopped');
  t.true(first?.evidence.includes('The scenario did it.'));
});

test('rolling: both versions must be seen at work, or silence of the logs shows nothing', (t) => {
  const story = new Story().at(10).swapped('node1/heat-engine').at(20).finished();
  t.is(proves(story, ROLLING, 'mixed-worked'), 'not-proven');
  t.is(proves(story, ROLLING, 'versions-understand-each-other'), 'not-proven');
});

test('rolling: a log that was not read to its end does not prove silence', (t) => {
  const story = cleanRoll().at(20).add({
    type: 'watch-gap',
    at: 20_000,
    watch: 'log',
    text: 'node2/heat-engine: connection lost',
  });
  t.is(proves(story, ROLLING, 'versions-understand-each-other'), 'not-proven');
});

test('rolling: an object of an unknown version is a refusal too', (t) => {
  const sample = 'IncompatibleObjectVersion: Version 1.2 of TraitList is not supported';
  const story = cleanRoll().at(20);
  story.logged('node2/heat-api', OLD.version, { signature: 'object-version-refused', sample });
  const found = clause(story, ROLLING, 'versions-understand-each-other');
  t.is(found?.status, 'failed');
  t.regex(found?.evidence.join('\n') ?? '', /Objects of another version were refused.*TraitList/s);
});

const ZERO_DOWNTIME = 'supports-zero-downtime-upgrade';

test('no-request-lost: one is enough to fail, and few requests show nothing', (t) => {
  t.is(proves(new Story().at(1).requests(99), ZERO_DOWNTIME, 'no-request-lost'), 'not-proven');
  const story = new Story().at(1).requests(100);
  t.is(proves(story, ZERO_DOWNTIME, 'no-request-lost'), 'proven');
  t.is(proves(story.request('timeout'), ZERO_DOWNTIME, 'no-request-lost'), 'failed');
});

test('every-accepted-operation-completed: an unknown outcome is not completed', (t) => {
  const id = 'every-accepted-operation-completed';
  t.is(proves(new Story(), ZERO_DOWNTIME, id), 'not-proven');
  const story = new Story().at(1).accepted('create', 'a').settled('create', 'a');
  t.is(proves(story, ZERO_DOWNTIME, id), 'proven');
  t.is(proves(story.accepted('delete', 'a'), ZERO_DOWNTIME, id), 'not-proven');
  t.is(proves(story.settled('delete', 'a', 'stuck'), ZERO_DOWNTIME, id), 'failed');
});

test('all-arrivals-sent: with more than one in a hundred unsent, the load was a different one', (t) => {
  const story = new Story().at(1).requests(99).dropped();
  t.is(proves(story, ZERO_DOWNTIME, 'all-arrivals-sent'), 'proven');
  t.is(proves(story.dropped(), ZERO_DOWNTIME, 'all-arrivals-sent'), 'not-proven');
});

const ACCESSIBLE = 'supports-accessible-upgrade';

test('resources-reachable: the outputs of an object in service were read throughout', (t) => {
  const id = 'resources-reachable';
  const show = { probe: 'show' };
  t.is(proves(cleanRoll(), ACCESSIBLE, id), 'not-proven', 'nothing was read');
  const read = (): Story => cleanRoll().at(30).requests(99, show).at(20).request('served', show);
  t.is(proves(read(), ACCESSIBLE, id), 'proven');
  t.regex(
    clause(read(), ACCESSIBLE, id)?.evidence.join(' ') ?? '',
    /^100 of 100 reads .* 100 of them while services were swapped\. The lab has only resources inside heat/,
  );
  /** The first evidence of a story that proves nothing: the reason has to be seen at once. */
  const why = (story: Story): string | undefined => {
    t.is(proves(story, ACCESSIBLE, id), 'not-proven');
    return clause(story, ACCESSIBLE, id)?.evidence[0];
  };
  t.is(why(cleanRoll().at(30).requests(99, show)), '99 reads are too few: 100 are needed.');
  t.is(
    why(cleanRoll().at(2).requests(100, show)),
    'None of 100 reads was sent while services were swapped.',
  );
  t.is(
    why(read().request('5xx-balancer', { ...show, status: 502 })),
    '1 of 101 reads was lost: the stack may have been out of reach.',
  );
  t.is(proves(read().request('wrong-body', show), ACCESSIBLE, id), 'failed');
  t.is(
    proves(read().request('unexpected-status', { ...show, status: 404 }), ACCESSIBLE, id),
    'failed',
  );
  t.is(proves(read().checked('outputs agree', 'b', false), ACCESSIBLE, id), 'failed');
});
