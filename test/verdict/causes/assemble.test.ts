import test from 'ava';
import type { Cause } from '../../../src/verdict/schema/verdict.ts';
import { badRoll, cleanRoll } from '../runs.ts';
import { NEW, OLD, Story } from '../stream.ts';
import { causesOf } from './causes-of.ts';

test('a clean run has no cause', (t) => {
  t.deepEqual(causesOf(cleanRoll()), []);
});

test('stuck stacks come first, separated into refused, dropped and unexplained ones', (t) => {
  t.deepEqual(
    causesOf(badRoll()).map(({ kind, count, unit }) => `${kind}: ${count} ${unit}`),
    [
      'work-refused-after-acknowledgement: 2 stacks',
      'work-dropped-by-stopping-engine: 1 stacks',
      'stuck-unexplained: 1 stacks',
      'requests-lost: 1 requests',
    ],
  );
});

test('refused work names the engine that refused, its version, the step and the log line', (t) => {
  const [cause] = causesOf(badRoll());
  t.like(cause, { node: 'node2', service: 'heat-engine', version: '24.0.0', step: '2.3' });
  t.regex(cause?.sample ?? '', /UnsupportedVersion.*1\.9.*check_resource/);
});

test('a message that a release refuses from the same release has nothing to do with vhosts', (t) => {
  const story = new Story().at(1);
  const advised = (): Cause | undefined =>
    causesOf(story).find(({ kind }) => kind === 'work-refused-after-acknowledgement');
  const refusedFor = (stack: string): void => {
    story.accepted('create', stack).logged('node2/heat-engine', NEW.version, {
      signature: 'rpc-version-refused',
      avoidedBy: 'a new vhost',
    });
    story.settled('create', stack, 'stuck');
  };
  story.swapped('node2/heat-engine');
  refusedFor('a');
  t.is(advised()?.avoidedBy, 'a new vhost');
  for (const name of ['node1/heat-engine', 'node1/heat-api', 'node2/heat-api']) story.swapped(name);
  refusedFor('b');
  t.is(advised()?.avoidedBy, null);
  t.regex(advised()?.title ?? '', /refused the RPC version of its own release/);
});

test('dropped work names the engine that was stopped, its version and the stop’s step', (t) => {
  const cause = causesOf(badRoll()).find(({ kind }) => kind === 'work-dropped-by-stopping-engine');
  t.like(cause, { node: 'node2', service: 'heat-engine', version: '24.0.0', step: '2.3' });
});

test('a refusal explains one stack; the next one is the stopping engine’s', (t) => {
  const story = new Story({ upgrade: ['1.1 swap @node1/heat-engine'] }).at(10).step('1.1');
  story.stopping('node1/heat-engine').at(11.5).refused('node2/heat-engine');
  story.at(19).stopped('node1/heat-engine');
  for (const name of ['a', 'b']) {
    story.at(9).accepted('create', name).at(60);
    story.settled('create', name, 'stuck', { lastProgressAt: 11_000 });
  }
  t.deepEqual(
    causesOf(story)
      .map(({ kind, count }) => `${kind}: ${count}`)
      .sort(),
    ['work-dropped-by-stopping-engine: 1', 'work-refused-after-acknowledgement: 1'],
  );
});

test('of a stop and a refusal, the one nearer to the last progress counts', (t) => {
  const story = new Story()
    .at(10)
    .stopping('node1/heat-engine')
    .at(12)
    .stopped('node1/heat-engine');
  story.at(22).refused('node2/heat-engine').at(9).accepted('create', 'a');
  story.at(60).settled('create', 'a', 'stuck', { lastProgressAt: 11_000 });
  t.is(causesOf(story)[0]?.kind, 'work-dropped-by-stopping-engine');
});

test('when the work became due counts more than the last progress', (t) => {
  const story = new Story()
    .at(30)
    .stopping('node1/heat-engine')
    .at(32)
    .stopped('node1/heat-engine');
  story.at(9).accepted('create', 'a').at(60);
  story.settled('create', 'a', 'stuck', { lastProgressAt: 11_000, stalledAt: 30_500 });
  t.is(causesOf(story)[0]?.kind, 'work-dropped-by-stopping-engine');
});

test('all engines that stopped at once are named, unless one of them still holds the work', (t) => {
  const story = new Story().at(5);
  for (const node of ['node1', 'node2']) story.serving(`${node}/heat-engine`, OLD, `id-${node}`);
  story.at(10).stopping('node1/heat-engine').stopping('node2/heat-engine');
  story.at(12).stopped('node1/heat-engine').stopped('node2/heat-engine');
  const stuck = (name: string, heldBy?: string): void => {
    const part = { part: 'r1', status: 'CREATE_IN_PROGRESS' };
    story
      .at(9)
      .accepted('create', name)
      .at(60)
      .settled('create', name, 'stuck', {
        lastProgressAt: 11_000,
        unfinished: [heldBy === undefined ? part : { ...part, heldBy }],
      });
  };
  stuck('a');
  stuck('b', 'node2 id-node2 (gone)');
  t.deepEqual(
    causesOf(story).map(({ nodes, count, title }) => [nodes, count, title.split(' was ')[0]]),
    [
      [['node1', 'node2'], 1, 'heat-engine 24.0.0 on node1 or node2'],
      [
        ['node2'],
        1,
        'heat-engine 24.0.0 on node2 ended while it worked, and no other engine took its work over',
      ],
    ],
  );
});

test('a part is held by the engine of that identity, not by one whose name contains it', (t) => {
  const story = new Story().at(5);
  for (const node of ['node1', 'node10']) story.serving(`${node}/heat-engine`, OLD, node);
  story.at(10).stopping('node1/heat-engine').stopping('node10/heat-engine');
  story.at(12).stopped('node1/heat-engine').stopped('node10/heat-engine');
  const holder = { engineId: 'node10', gone: true };
  story
    .at(9)
    .accepted('create', 'a')
    .at(60)
    .settled('create', 'a', 'stuck', {
      lastProgressAt: 11_000,
      unfinished: [{ part: 'r1', status: 'CREATE_IN_PROGRESS', heldBy: 'node10', holder }],
    });
  t.deepEqual(causesOf(story)[0]?.nodes, ['node10']);
});

test('the stop of an api does not strand a stack', (t) => {
  const story = new Story().at(10).stopping('node1/heat-api').stopped('node1/heat-api');
  story.accepted('create', 'a').settled('create', 'a', 'stuck', { lastProgressAt: 10_000 });
  t.deepEqual(
    causesOf(story).map(({ kind }) => kind),
    ['stuck-unexplained'],
  );
});

test('the cause of accepted work that no engine began names the api, the request and the earlier status', (t) => {
  const story = new Story().at(5).serving('node1/heat-api', OLD).serving('node2/heat-engine', OLD);
  story
    .at(10)
    .accepted('delete', 'a')
    .settled('delete', 'a', 'stuck', { status: 'CREATE_COMPLETE', neverBegun: true });
  const [cause, ...more] = causesOf(story);
  t.like(cause, {
    kind: 'work-never-begun',
    title: 'delete was accepted, and no engine began it',
    victim: 'a',
    sample: 'a: CREATE_COMPLETE',
  });
  t.deepEqual(more, []);
});

test('work that no engine began is not a consequence of an engine’s stop', (t) => {
  const story = new Story().at(10).stopping('node2/heat-engine');
  story.accepted('delete', 'a').stopped('node2/heat-engine');
  story.settled('delete', 'a', 'stuck', { status: 'CREATE_COMPLETE', neverBegun: true });
  const accepted = story.events.find((event) => event.type === 'operation-accepted');
  story.taken(accepted?.request ?? 'req-none', 'node1/heat-engine', OLD.version, 'delete_stack');
  const [cause] = causesOf(story);
  t.like(cause, { kind: 'work-never-begun', node: 'node1', service: 'heat-engine' });
  t.regex(cause?.evidence[0] ?? '', /whose call node1\/heat-engine 24\.0\.0 took/);
});

test('a process that exited by itself explains a halt if it exited after the swap, and not before', (t) => {
  const died = (at: number) => {
    const story = new Story().at(5).swapped('node1/heat-engine');
    story
      .at(10)
      .accepted('create', 'a')
      .settled('create', 'a', 'stuck', { lastProgressAt: 10_000 });
    story.at(at).logged('node1/heat-engine', OLD.version, { signature: 'child-died' });
    return causesOf(story).map(({ kind }) => kind);
  };
  t.is(died(12)[0], 'work-lost-with-process');
  t.is(died(1).at(-1), 'child-died');
});

test('the holder of an unexplained stack is named by the engine’s id', (t) => {
  const story = new Story().at(5).serving('node2/heat-engine', OLD, 'engine-id-2');
  story
    .at(10)
    .accepted('create', 'a')
    .settled('create', 'a', 'stuck', {
      status: 'CREATE_IN_PROGRESS',
      unfinished: [{ part: 'r1', status: 'CREATE_IN_PROGRESS', heldBy: 'node2 engine-id-2' }],
    });
  const [cause] = causesOf(story);
  t.like(cause, { node: 'node2', service: 'heat-engine', version: OLD.version });
  t.is(
    cause?.sample,
    'a: CREATE_IN_PROGRESS; unfinished: r1 CREATE_IN_PROGRESS held by node2 engine-id-2; the holder is node2/heat-engine 24.0.0',
  );
});

test('refusals that stranded nothing count as errors in the log', (t) => {
  const [cause, ...others] = causesOf(new Story().at(10).refused('node2/heat-engine'));
  t.deepEqual(others, []);
  t.like(cause, { kind: 'rpc-version-refused-check-resource', harm: 'log-only', count: 1 });
});

test('log errors are one cause by signature, service and version; harmless lines and warnings are none', (t) => {
  const story = new Story({ one: ['1.1 hold', '1.2 hold'] })
    .at(1)
    .step('1.1')
    .logged('node2/heat-engine', NEW.version)
    .at(2)
    .done('1.1')
    .step('1.2')
    .logged('node1/heat-engine', NEW.version)
    .logged('node1/heat-engine.2', NEW.version)
    .logged('node1/heat-engine', OLD.version)
    .logged('node1/heat-engine', NEW.version, { severity: 'harmless', signature: 'known' })
    .logged('node1/heat-engine', NEW.version, { severity: 'warning', signature: 'warned' });
  t.deepEqual(
    causesOf(story).map(({ id, count, node, nodes, step }) => ({ id, count, node, nodes, step })),
    [
      {
        id: 'log-traceback-value-error-heat-engine-26-0-1',
        count: 3,
        node: 'node2',
        nodes: ['node2', 'node1'],
        step: '1.1',
      },
      {
        id: 'log-traceback-value-error-heat-engine-24-0-0',
        count: 1,
        node: 'node1',
        nodes: ['node1'],
        step: '1.2',
      },
    ],
  );
});

test('an error from before the first swap comes after the newer ones', (t) => {
  const story = new Story().at(1);
  story.logged('node1/heat-api', OLD.version, { signature: 'old-habit' });
  story.logged('node1/heat-api', OLD.version, { signature: 'old-habit' });
  story.at(5).swapped('node1/heat-api');
  story.logged('node1/heat-api', NEW.version, { signature: 'new-trouble' });
  t.deepEqual(
    causesOf(story).map(({ kind }) => kind),
    ['new-trouble', 'old-habit'],
  );
});

test('lost requests are one cause by class, status, server and step', (t) => {
  const story = new Story({ one: ['1.1 quiesce', '1.2 quiesce'] }).at(1).step('1.1');
  story.at(2).request('5xx-balancer', { status: 502 });
  story.at(3).request('5xx-balancer', { status: 502, connection: 'reused' });
  story.at(4).request('5xx-balancer', { status: 503 });
  story.at(5).request('5xx-balancer', { status: 502, server: 'node2/heat-api' });
  story.at(6).done('1.1').step('1.2').at(7).request('5xx-balancer', { status: 502 });
  t.deepEqual(
    causesOf(story).map(({ id, count }) => [id, count]),
    [
      ['lost-5xx-balancer-502-node1-heat-api-step-1-1', 2],
      ['lost-5xx-balancer-503-node1-heat-api-step-1-1', 1],
      ['lost-5xx-balancer-502-node2-heat-api-step-1-1', 1],
      ['lost-5xx-balancer-502-node1-heat-api-step-1-2', 1],
    ],
  );
});

test('stacks that failed alike are one cause, whatever their names', (t) => {
  const story = new Story().at(1);
  for (const name of ['stack-1', 'stack-2']) {
    story.accepted('create', name);
    story.settled('create', name, 'failed', {
      status: `CREATE_FAILED: Resource "r3" of ${name} 7f3a9: timed out`,
    });
  }
  t.like(causesOf(story), [{ kind: 'stack-failed', harm: 'stacks-failed', count: 2 }]);
});

test('failed integrity is a cause, and a lost stack is the worst', (t) => {
  const story = new Story().at(1).checked('random string unchanged', 'a', false, 'x became y');
  story.accepted('create', 'a').settled('create', 'a', 'lost', { status: '404' });
  t.deepEqual(
    causesOf(story).map(({ harm }) => harm),
    ['stacks-lost', 'integrity-broken'],
  );
});

test('a check that held until the target served, and not since, says so', (t) => {
  const evidenceOf = (before: number, brokenBefore = 0): string => {
    const story = new Story();
    for (let index = 0; index < before; index += 1) {
      story.at(1 + index / 10).checked('value', `a${index}`, index >= brokenBefore);
    }
    story.at(20).swapped('node1/heat-engine').at(40).checked('value', 'b');
    story.checked('value', 'c', false).at(41).checked('value', 'd', false);
    const found = causesOf(story).filter(({ title }) => title === 'Does not hold: value');
    return found.flatMap(({ evidence }) => evidence).join('\n');
  };
  t.regex(
    evidenceOf(5),
    /It held each of 5 times before 26\.0\.1 first served; of 3 checks since then 2 failed\./,
  );
  t.notRegex(evidenceOf(2), /It held/, 'too few');
  t.notRegex(evidenceOf(5, 1), /It held/);
});

const COLD = { upgrade: ['1.1 stop @node1/heat-api', '1.2 start @node1/heat-api'] };

test('downtime caused by the plan is never listed above real failures', (t) => {
  const story = new Story(COLD).at(10).step('1.1');
  for (const node of ['node1', 'node2']) story.stopping(`${node}/heat-api`);
  story.at(11);
  for (const node of ['node1', 'node2']) story.stopped(`${node}/heat-api`);
  for (let second = 12; second < 20; second += 1) {
    story.at(second).request('5xx-balancer', { status: 503 });
  }
  story.at(20).accepted('create', 'a').at(21).done('1.1', 11);
  for (const node of ['node1', 'node2']) story.started(`${node}/heat-api`);
  story.at(22);
  for (const node of ['node1', 'node2']) story.serving(`${node}/heat-api`);
  story.at(30).request('5xx-service', { server: 'node1/heat-api', status: 500 });
  const kinds = causesOf(story).map(({ title }) => title);
  t.is(kinds.length, 2);
  t.regex(kinds[0] ?? '', /500 from the service/);
  t.regex(kinds[1] ?? '', /503 from the load balancer/);
});

test('an engine that ends by itself comes before the requests and stacks that were lost with it', (t) => {
  const story = new Story({ upgrade: ['1.1 swap @node1/heat-engine'] }).at(10).step('1.1');
  story.swapped('node1/heat-engine').at(20).done('1.1').accepted('create', 'a');
  story.at(21).add({
    type: 'container-changed',
    at: 21_000,
    container: 'node1/heat-engine',
    change: 'exited',
    exitCode: 3,
  });
  for (let second = 100; second < 110; second += 1) {
    story.at(second).request('5xx-service', { server: 'node2/heat-api', status: 500 });
  }
  story.settled('create', 'a', 'stuck');
  const [first] = causesOf(story);
  t.is(first?.kind, 'service-stopped');
  t.regex(first?.evidence.join(' ') ?? '', /exit status 3/);
});

test('a target that never serves is reported with the first error in its own log', (t) => {
  const story = new Story({ upgrade: ['1.1 swap @node1/heat-engine'] }).at(10).step('1.1');
  story
    .stopping('node1/heat-engine')
    .at(11)
    .stopped('node1/heat-engine')
    .started('node1/heat-engine');
  const refused = 'PRECONDITION_FAILED - inequivalent arg';
  story
    .at(12)
    .logged('node1/heat-api', '24.0.0', { severity: 'error', title: 'another’s' })
    .at(13)
    .logged('node1/heat-engine', '26.0.1', { severity: 'error', title: refused, sample: 'whole' })
    .at(14)
    .logged('node1/heat-engine', '26.0.1', { severity: 'error', title: 'later' })
    .at(50)
    .add({
      type: 'step-finished',
      at: 50_000,
      step: '1.1',
      status: 'failed',
      seconds: 40,
      error: { code: 'did-not-serve', message: 'waited 40 s' },
    })
    .finished('failed');
  const [first] = causesOf(story);
  t.is(first?.kind, 'target-did-not-serve');
  t.regex(first?.title ?? '', /^node1\/heat-engine 26\.0\.1 did not serve .*: PRECONDITION_FAILED/);
  t.is(first?.sample, 'whole');
});

test('a target that never serves is the first cause, above the losses', (t) => {
  const story = new Story({ upgrade: ['1.1 swap @node1/heat-api'] }).at(10).step('1.1');
  story.stopping('node1/heat-api').at(11).stopped('node1/heat-api').started('node1/heat-api');
  story
    .at(12)
    .request('5xx-balancer', { status: 502 })
    .at(130)
    .add({
      type: 'step-finished',
      at: 130_000,
      step: '1.1',
      status: 'failed',
      seconds: 120,
      error: {
        code: 'did-not-serve',
        message: 'heat-api did not serve\nRuntimeError: no variable',
      },
    });
  const [first] = causesOf(story);
  t.like(first, {
    kind: 'target-did-not-serve',
    harm: 'upgrade-broken',
    step: '1.1',
    node: 'node1',
  });
  t.regex(first?.title ?? '', /RuntimeError: no variable/);
});
