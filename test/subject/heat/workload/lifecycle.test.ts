import test from 'ava';
import { CHECK_FAILS, EACH_ACTION, ENDS } from '../../../../src/subject/heat/api/endings.ts';
import {
  CFN_SIGNAL,
  LIFECYCLE_KINDS,
  KINDS_BY_NAME,
  API_RELAY,
  stackKind,
  survivor,
} from '../../../../src/subject/heat/api/kinds.ts';
import type { StackAction } from '../../../../src/subject/heat/api/turns.ts';
import { Likeness } from '../../../../src/subject/heat/workload/lifecycle/likeness.ts';
import { STACK_ID } from './scripted-client.ts';
import { StartedLifecycle } from './started-lifecycle.ts';

const byName = (name: string) => {
  const found = [...LIFECYCLE_KINDS, ...KINDS_BY_NAME].find((kind) => kind.name === name);
  if (found === undefined) throw new Error(`no kind ${name}`);
  return found;
};

for (const kind of [
  ...LIFECYCLE_KINDS,
  CFN_SIGNAL,
  ...ENDS.filter(({ turns }) => turns[0]?.due === undefined),
  ...EACH_ACTION.filter((each) => !ENDS.includes(each) && each.turns[0]?.due === undefined),
]) {
  test(`${kind.name}: every turn is taken, is an obligation, and is completed`, async (t) => {
    const started = new StartedLifecycle(kind);
    await started.toTheEnd();
    t.true(started.over);
    const own = started.accepted.map(({ action }) => action).filter((one) => one !== 'signal');
    t.deepEqual(
      own,
      kind.turns.map(({ action }): string => action),
    );
    t.true(started.settled.every(({ outcome }) => outcome === 'completed'));
    t.is(started.settled.length, started.accepted.length);
    t.true(started.accepted.every(({ request }) => request.startsWith('req-')));
    t.deepEqual(started.broken, []);
  });

  test(`${kind.name}: what waits for the swaps is not done before`, async (t) => {
    const started = new StartedLifecycle(kind);
    const early = kind.turns.findIndex(({ afterSwaps }) => afterSwaps);
    await started.looks(40);
    const own = started.accepted.filter(({ action }) => action !== 'signal');
    t.is(own.length, early === -1 ? kind.turns.length : early);
  });
}

for (const kind of [...ENDS, CHECK_FAILS]) {
  const due = kind.turns[0]?.due;
  if (due === undefined) continue;

  test(`${kind.name}: a creation that has to fail is complete as ${due}, and then deleted`, async (t) => {
    const started = new StartedLifecycle(kind);
    started.heat.createsAs = due;
    started.heat.checksAs = 'CHECK_FAILED';
    await started.toTheEnd();
    t.true(started.settled.every(({ outcome }) => outcome === 'completed'));
    t.deepEqual(
      started.heat.asked,
      kind.turns.map(({ action }) => `stack-${action}`),
    );
    t.deepEqual(started.broken, []);
  });

  test(`${kind.name}: a creation that did not fail is one that failed`, async (t) => {
    const started = new StartedLifecycle(kind);
    await started.toTheEnd();
    t.deepEqual(
      started.settled.map(({ outcome, status }) => `${outcome}: ${status}`),
      [`failed: CREATE_COMPLETE where ${due} was due: `],
    );
  });
}

test('a signal that is not among the metadata of its handle is found', async (t) => {
  const started = new StartedLifecycle(byName('signal'));
  started.heat.metadata = {};
  await started.toTheEnd();
  t.regex(started.broken.join(), /signal-is-stored: the handle’s metadata are {}/);
});

test('a stack that is complete although a hook should have held it is found', async (t) => {
  const started = new StartedLifecycle(byName('hooked'));
  started.heat.awaits = false;
  await started.toTheEnd();
  t.regex(started.broken.join(), /hook-holds: the stack was complete without it/);
});

test('a software configuration that a change does not replace is found', async (t) => {
  const started = new StartedLifecycle(byName('configured'));
  started.heat.replaces = false;
  await started.toTheEnd();
  t.regex(started.broken.join(), /replaced-once: 0 of 4 .* due are 1/);
});

test('a check that tells nothing of a resource that failed it is found', async (t) => {
  const started = new StartedLifecycle(byName('check-fails'));
  started.heat.createsAs = 'CREATE_FAILED';
  await started.toTheEnd();
  t.is(started.settled.at(-1)?.status, 'CHECK_COMPLETE where CHECK_FAILED was due: ');
});

test('a cancelled update that leaves its values is found', async (t) => {
  const started = new StartedLifecycle(byName('cancel'));
  started.heat.keepsCancelled = true;
  await started.toTheEnd();
  t.regex(started.broken.join(), /chain-carries-value: ROLLBACK_COMPLETE.* last must be 1/);
});

test('an update that is rolled back although it was cancelled as it is has failed', async (t) => {
  const started = new StartedLifecycle(byName('stop'));
  started.heat.keepsToIt = false;
  await started.toTheEnd();
  t.deepEqual(
    started.settled.map(({ action, outcome, status }) => `${action} ${outcome}: ${status}`),
    [
      'create completed: CREATE_COMPLETE',
      'stop failed: ROLLBACK_COMPLETE where UPDATE_FAILED was due: ',
      'update failed: ROLLBACK_COMPLETE where UPDATE_FAILED was due: ',
    ],
  );
});

test('an update that fails and is not rolled back has failed, some time after its failure', async (t) => {
  const started = new StartedLifecycle(byName('fails-later'));
  started.heat.keepsToIt = false;
  await started.looks(10);
  t.is(started.settled.length, 1);
  await started.toTheEnd();
  t.is(started.settled.at(-1)?.status, 'UPDATE_FAILED where ROLLBACK_COMPLETE was due: ');
});

test('a snapshot that goes in place of the named one is found', async (t) => {
  const started = new StartedLifecycle(byName('snapshot'));
  started.heat.deletesOldest = true;
  await started.toTheEnd();
  t.regex(
    started.settled.at(-1)?.status ?? '',
    /^snapshot physical-\d+ is gone, which was not to be deleted$/,
  );
});

test('given-up-later: a stack is deleted while it is being changed', async (t) => {
  const started = new StartedLifecycle(byName('given-up-later'));
  await started.toTheEnd();
  t.deepEqual(started.heat.asked, ['stack-create', 'stack-update', 'stack-delete']);
  t.true(started.settled.every(({ outcome }) => outcome === 'completed'));
});

test('snapshots of a stack with an update under way have to be refused as such', async (t) => {
  const outcomesOf = async (busyAs: string): Promise<readonly string[]> => {
    const started = new StartedLifecycle(byName('cancel'));
    started.heat.busyAs = busyAs;
    await started.toTheEnd();
    t.deepEqual(started.settled.at(-1)?.outcome, 'completed');
    t.false(started.heat.asked.includes('stack-snapshot-busy'));
    return started.requests.flatMap(({ operation, outcome }) =>
      operation === 'stack-snapshot-busy' ? [outcome] : [],
    );
  };
  t.deepEqual(new Set(await outcomesOf('ActionInProgress')), new Set(['served']));
  t.deepEqual(new Set(await outcomesOf('StackBusy')), new Set(['wrong-body']));
});

test('a stack that does not get what its new definition says is found', async (t) => {
  const started = new StartedLifecycle(byName('reshape'));
  started.heat.outputs = { merged: 'by default', text: 'first' };
  started.heat.more = { tags: ['load'], timeout_mins: 59 };
  started.heat.missing.add('joining');
  await started.toTheEnd();
  t.regex(
    started.broken.join('\n'),
    /defined-as-asked: tags is "load", due is "patched"; timeout_mins is 59, due is 58; output merged is "by default", due is "by the second environment"; output text is "first", due is "second"/,
  );
  t.regex(started.broken.join('\n'), /resources-match-template: 4 of 5 resources/);
});

test('a deleted stack that is still found by its name is a wrong answer', async (t) => {
  const lookUps = async (deletedIs: number): Promise<readonly string[]> => {
    const started = new StartedLifecycle(byName('reshape'));
    started.heat.instead = ({ operation }) =>
      operation === 'stack-find'
        ? { status: started.heat.status === undefined ? deletedIs : 302 }
        : undefined;
    await started.toTheEnd();
    return started.requests.flatMap(({ operation, outcome }) =>
      operation === 'stack-find' ? [outcome] : [],
    );
  };
  t.deepEqual(await lookUps(404), ['served', 'served', 'served', 'served']);
  t.deepEqual(await lookUps(302), ['served', 'served', 'unexpected-status', 'unexpected-status']);
});

test('given-up: a stack is deleted while it is being created', async (t) => {
  const started = new StartedLifecycle(byName('given-up'));
  await started.toTheEnd();
  t.deepEqual(started.heat.asked, ['stack-create', 'stack-delete']);
  t.deepEqual(started.settled.map(({ action, outcome }) => `${action} ${outcome}`).toSorted(), [
    'create completed',
    'delete completed',
  ]);
});

test('a stack that got a definition of its own need not be like others', async (t) => {
  const likeness = new Likeness();
  for (const kind of ['quick', 'reshape']) {
    const started = new StartedLifecycle(byName(kind), undefined, undefined, likeness);
    started.heat.more = { timeout_mins: 59 };
    started.heat.instead = ({ operation }) => {
      // The scripted Heat shows the time-out of the new definition then.
      if (kind === 'reshape' && operation === 'stack-update') started.heat.more = {};
      return undefined;
    };
    await started.toTheEnd();
    t.deepEqual(started.broken, [], kind);
  }
});

test('a letter that is not ASCII and gets lost is found', async (t) => {
  const started = new StartedLifecycle(byName('reshape'));
  started.heat.outputs = { cleared: 'von Zo' };
  await started.toTheEnd();
  t.regex(started.broken.join('\n'), /output cleared is "von Zo", due is "von Zoë"/);
});

test('while the load is paused no turn begins; afterwards all are taken', async (t) => {
  const started = new StartedLifecycle(byName('quick'));
  await started.looks(0);
  started.standstill.begin();
  await started.looks(20);
  t.is(started.accepted.length, 1);
  started.standstill.end();
  await started.toTheEnd();
  t.true(started.over);
});

test('each action is in some kind, each kind is deleted in the end, and the names differ', (t) => {
  const actions = new Set(LIFECYCLE_KINDS.flatMap(({ turns }) => turns.map((one) => one.action)));
  const all: StackAction[] = [
    'create',
    'update',
    'replace',
    'check',
    'suspend',
    'resume',
    'snapshot',
    'delete-snapshot',
    'restore',
    'mark-unhealthy',
    'delete',
  ];
  t.deepEqual([...actions].sort(), all.sort());
  t.true(LIFECYCLE_KINDS.every(({ turns }) => turns.at(-1)?.action === 'delete'));
  t.is(new Set(LIFECYCLE_KINDS.map(({ name }) => name)).size, LIFECYCLE_KINDS.length);
});

test('signals over heat-api-cfn are in turn with the others where they can be sent', (t) => {
  const names = (cfn: boolean) =>
    Array.from(
      { length: LIFECYCLE_KINDS.length + 1 },
      (_, index) => stackKind(index, { cfn }).name,
    );
  t.false(names(false).includes('cfn-signal'));
  t.is(names(true).filter((name) => name === 'cfn-signal').length, 1);
});

test('a signal is a separate obligation, which ends with the create', async (t) => {
  const started = new StartedLifecycle(byName('signal'));
  await started.toTheEnd();
  t.deepEqual(
    started.settled.slice(0, 2).map(({ operation, outcome }) => `${operation} ${outcome}`),
    ['rollgate-1-0/create completed', 'rollgate-1-0/signal completed'],
  );
  t.deepEqual(started.heat.asked.slice(0, 2), ['stack-create', 'signal']);
});

test('a wait condition that loses the data of its signal is found', async (t) => {
  const started = new StartedLifecycle(byName('signal'));
  started.heat.signalData = null;
  await started.toTheEnd();
  t.regex(started.broken.join(), /^signal-carries-data: data is "{\\"rollgate\\": null}"/);
});

test('a signal that is not taken is sent again; until then the stack waits for us', async (t) => {
  const started = new StartedLifecycle(byName('signal'));
  let refused = 0;
  started.heat.instead = ({ operation }) =>
    operation === 'signal' && refused++ < 3 ? { status: 502 } : undefined;
  t.false(started.lifecycle.progress.awaitsSignal);
  await new Promise((resolve) => setImmediate(resolve));
  t.true(started.lifecycle.progress.awaitsSignal);
  await started.toTheEnd();
  t.is(refused, 4);
  t.true(started.settled.every(({ outcome }) => outcome === 'completed'));
});

for (const [name, operation] of [
  ['stop', 'stack-cancel-without-rollback'],
  ['cancel', 'stack-cancel-update'],
] as const) {
  test(`an update that is complete when its cancellation (${name}) arrives is no loss`, async (t) => {
    const started = new StartedLifecycle(byName(name));
    started.heat.instead = (request) => {
      if (request.operation !== operation) return undefined;
      started.heat.complete();
      return { status: 400 };
    };
    await started.toTheEnd();
    t.true(started.over);
    t.deepEqual(
      started.settled.map((one) => `${one.action} ${one.outcome}`),
      ['create completed', 'update completed', 'delete completed'],
    );
    t.deepEqual(
      started.requests.filter(({ outcome }) => outcome !== 'served'),
      [],
    );
    t.deepEqual(started.broken, []);
  });

  test(`a cancellation (${name}) that is refused while the update is under way is a loss`, async (t) => {
    const started = new StartedLifecycle(byName(name));
    started.heat.instead = (request) =>
      request.operation === operation ? { status: 400 } : undefined;
    await started.toTheEnd();
    t.is(started.requests.filter(({ outcome }) => outcome !== 'served').length, 1);
  });
}

test('a create that no engine ever takes stays open, since its outcome is unknown', async (t) => {
  const started = new StartedLifecycle(byName('signal'));
  started.heat.instead = ({ operation }) => (operation === 'signal' ? { status: 502 } : undefined);
  await started.toTheEnd();
  t.true(started.over);
  t.deepEqual(started.settled, []);
  t.is(started.accepted.length, 1);
});

test('a stack whose create got no answer is signalled too: its guests do not know about the answer', async (t) => {
  const started = new StartedLifecycle(byName('signal'));
  started.heat.lost = ({ operation }) => operation === 'stack-create';
  await started.toTheEnd();
  t.true(started.over);
  t.deepEqual(started.heat.asked, ['stack-create', 'signal']);
  t.deepEqual(started.accepted, []);
});

test('without a wait condition no signal is sent, and the lifecycle ends', async (t) => {
  const started = new StartedLifecycle(byName('signal'));
  started.heat.instead = ({ operation }) =>
    operation === 'stack-create' ? { status: 502 } : undefined;
  await started.toTheEnd();
  t.true(started.over);
  t.deepEqual(started.heat.asked, []);
});

test('a relay is updated until another api took it', async (t) => {
  const started = new StartedLifecycle(API_RELAY);
  let updates = 0;
  started.heat.serverOf = ({ operation }) =>
    operation === 'stack-update' && ++updates === 3 ? 'node2/heat-api' : 'node1/heat-api';
  await started.toTheEnd();
  t.deepEqual(
    started.accepted.map(({ operation }) => operation.split('/')[1]),
    ['create', 'update', 'update.2', 'update.3', 'delete'],
  );
});

test('a relay gives up where no other api is', async (t) => {
  const started = new StartedLifecycle(API_RELAY);
  await started.toTheEnd();
  t.is(started.accepted.filter(({ action }) => action === 'update').length, 6);
  t.is(started.accepted.at(-1)?.action, 'delete');
});

test('an action on a busy stack is asked again, and is no obligation before it is accepted', async (t) => {
  const started = new StartedLifecycle(byName('check'));
  let busy = 0;
  started.heat.instead = ({ operation }) =>
    operation === 'stack-check' && busy++ < 3 ? { status: 409 } : undefined;
  await started.toTheEnd();
  t.deepEqual(
    started.accepted.map(({ action }) => action),
    ['create', 'check', 'update', 'delete'],
  );
});

test('a snapshot is done when it and the stack are', async (t) => {
  const started = new StartedLifecycle(byName('snapshot'));
  await started.looks(1);
  const { lifecycle } = started;
  t.is(lifecycle.progress.pending?.action, 'snapshot');
  lifecycle.progress.see({ ...started.heat.stack, status: 'SNAPSHOT_IN_PROGRESS' }, started.time);
  lifecycle.progress.seeSnapshots([{ id: 's', status: 'COMPLETE', reason: '' }], started.time);
  t.is(lifecycle.progress.pending?.action, 'snapshot');
  lifecycle.progress.see({ ...started.heat.stack, status: 'SNAPSHOT_COMPLETE' }, started.time);
  lifecycle.progress.seeSnapshots([{ id: 's', status: 'COMPLETE', reason: '' }], started.time);
  t.is(lifecycle.progress.pending, undefined);
});

test('one snapshot request is under way at a time: on a busy API the next answer shows as much', async (t) => {
  const started = new StartedLifecycle(byName('snapshot'));
  await started.looks(1);
  const { lifecycle, requests } = started;
  t.is(lifecycle.progress.pending?.action, 'snapshot');
  const asked = (): number =>
    requests.filter(({ operation }) => operation === 'snapshot-list').length;
  const before = asked();
  await Promise.all([lifecycle.progress.askForSnapshots(), lifecycle.progress.askForSnapshots()]);
  t.is(asked(), before + 1);
  await lifecycle.progress.askForSnapshots();
  t.is(asked(), before + 2);
});

test('a snapshot that failed has failed', async (t) => {
  const started = new StartedLifecycle(byName('snapshot'));
  await started.looks(1);
  const failed = { id: 's', status: 'FAILED', reason: 'no room' };
  started.lifecycle.progress.seeSnapshots([failed], started.time);
  t.like(started.settled.at(-1), { outcome: 'failed', status: 'snapshot FAILED: no room' });
});

test('every field that the API shows of a stack stays as it was made', async (t) => {
  const started = new StartedLifecycle(byName('quick'));
  started.heat.more = { tags: ['load'], timeout_mins: 60, parameters: { value: '0' } };
  await started.looks(1);
  started.heat.more = { tags: null, parameters: { value: '1' }, updated_time: 'now' };
  await started.toTheEnd();
  t.regex(started.broken[0] ?? '', /^shown-as-made: .*stack\.tags was \["load"\], is null$/);
});

test('a stack that does not go back to its snapshot is found', async (t) => {
  const started = new StartedLifecycle(byName('restore'));
  started.heat.restoresTo = '2';
  await started.toTheEnd();
  t.regex(started.broken.join(), /^chain-carries-value: .*last "2"; last must be 1$/);
});

test('an unhealthy resource shows it, and the next update replaces it alone', async (t) => {
  const sound = new StartedLifecycle(byName('unhealthy'));
  await sound.toTheEnd();
  t.deepEqual(sound.broken, []);
  const kept = new StartedLifecycle(byName('unhealthy'));
  kept.heat.replaces = false;
  await kept.toTheEnd();
  t.regex(
    kept.broken.join(),
    /replaced-once: 0 of 3 resources have another physical id; due are 1$/,
  );
});

test('a resource that is marked as healthy again, and does not become it, is found', async (t) => {
  const started = new StartedLifecycle(byName('healed'));
  started.heat.heals = false;
  await started.toTheEnd();
  t.deepEqual(started.broken, [
    'healthy-is-shown: link1 is CHECK_FAILED: marked by rollgate',
    'changed-in-place: 1 of 3 resources have another physical id; due are 0',
  ]);
});

test('an unhealthy resource without the reason that was given is found', async (t) => {
  const started = new StartedLifecycle(byName('unhealthy'));
  started.heat.reason = '';
  await started.toTheEnd();
  t.deepEqual(started.broken, ['unhealthy-is-shown: link1 is CHECK_FAILED: ']);
});

test('a resource whose completion has no event is found', async (t) => {
  const started = new StartedLifecycle(byName('quick'));
  started.heat.untold.add('link1');
  await started.toTheEnd();
  t.deepEqual(started.broken, ['events-of-creation: no CREATE_COMPLETE of link1']);
});

test('a change that leaves the stack without a time is found', async (t) => {
  const started = new StartedLifecycle(byName('quick'));
  started.heat.notesUpdates = false;
  await started.toTheEnd();
  t.deepEqual(new Set(started.broken), new Set(['change-has-a-time: updated_time is null']));
});

test('an answer to a creation that does not lead to the stack is wrong', async (t) => {
  const started = new StartedLifecycle(byName('quick'));
  started.heat.location = 'http://heat/v1/p/stacks/rollgate-1-0';
  await started.toTheEnd();
  t.like(started.requests[0], { outcome: 'wrong-headers', status: 201 });
  t.true(started.over);
  t.is(started.accepted.at(-1)?.action, 'delete', 'the stack is there, and is not left behind');
  t.regex(
    started.requests[0]?.detail ?? '',
    /its Location is .*, due is …\/stacks\/rollgate-1-0\//,
  );
});

test('a random string that changed is found', async (t) => {
  const started = new StartedLifecycle(byName('quick'));
  await started.looks(1);
  started.heat.random = 'another';
  await started.toTheEnd();
  t.regex(started.broken.join('\n'), /random-string-unchanged: .*random was "abc"/);
});

test('a resource that is missing is found', async (t) => {
  const started = new StartedLifecycle(byName('nested'));
  started.heat.missing.add('1/link1');
  await started.toTheEnd();
  t.regex(started.broken.join('\n'), /resources-match-template: 6 of 7 resources/);
});

test('an update that was to be in place and replaced, and one that was to replace and did not', async (t) => {
  const started = new StartedLifecycle(byName('check'));
  await started.looks(2);
  started.heat.replaceAll();
  await started.toTheEnd();
  t.regex(started.broken.join('\n'), /changed-in-place: 2 of 3/);

  const other = new StartedLifecycle(byName('quick'));
  other.heat.replaces = false;
  await other.toTheEnd();
  t.regex(other.broken.join('\n'), /replaced-once: 0 of 3/);
});

test('an action that finds the stack busy until the end was not accepted, and is reported as such', async (t) => {
  const started = new StartedLifecycle(byName('check'));
  started.heat.instead = ({ operation }) =>
    operation === 'stack-check' ? { status: 409 } : undefined;
  await started.toTheEnd();
  t.deepEqual(
    started.accepted.map(({ action }) => action),
    ['create'],
  );
  const checks = started.requests.filter(({ operation }) => operation === 'stack-check');
  t.is(checks.filter(({ outcome }) => outcome !== 'served').length, 1);
});

test('a change whose answer got lost leaves open what became of the stack', async (t) => {
  const started = new StartedLifecycle(byName('check'));
  started.heat.instead = ({ operation }) =>
    operation === 'stack-update' ? { status: 502 } : undefined;
  await started.looks(1);
  t.is(started.lifecycle.progress.outcome, undefined);
  await started.toTheEnd();
  t.true(started.over);
  t.is(started.settled.at(-1)?.outcome, 'completed');
  t.is(started.lifecycle.progress.outcome, undefined);
});

test('a look that got lost does not lay one change at another’s door', async (t) => {
  const started = new StartedLifecycle(byName('quick'));
  let looks = 0;
  // create, update, replace: the look after the update is lost, so that nothing is compared with it.
  started.heat.instead = ({ operation }) =>
    operation === 'resource-list' && ++looks === 2 ? { status: 502 } : undefined;
  await started.toTheEnd();
  t.is(looks, 3);
  t.deepEqual(started.broken, []);
  const checks = started.events.filter((event) => event.type === 'integrity-checked');
  t.false(checks.some(({ check }) => check === 'replaced-once'));
});

test('the named kinds take turns', (t) => {
  const names = ['long', 'signal'];
  const begun = (cfn: boolean) =>
    [0, 1, 2, 3].map((index) => stackKind(index, { cfn, names }).name);
  t.deepEqual(begun(false), ['signal', 'long', 'signal', 'long']);
  t.deepEqual(begun(true), ['signal', 'cfn-signal', 'long', 'signal']);
});

test('a stack that lives from run to run is made in the first, changed in each, deleted in the last', async (t) => {
  const first = new StartedLifecycle(survivor(0, { first: true, last: false }));
  await first.toTheEnd();
  const second = new StartedLifecycle(survivor(0, { first: false, last: false }), first);
  await second.toTheEnd();
  const third = new StartedLifecycle(survivor(0, { first: false, last: true }), second);
  await third.toTheEnd();
  t.deepEqual(first.heat.asked, [
    'stack-create',
    'stack-update',
    'stack-update',
    'stack-update',
    'stack-delete',
  ]);
  // Each is a separate operation, whatever run it belongs to.
  t.deepEqual(
    [first, second, third].map(({ accepted }) => accepted.map(({ operation }) => operation)),
    [
      ['rollgate-1-0/create', 'rollgate-1-0/update'],
      ['rollgate-1-0/update.2'],
      ['rollgate-1-0/update.3', 'rollgate-1-0/delete'],
    ],
  );
  t.deepEqual(third.broken, []);
  t.is(third.lifecycle.living, undefined);
});

test('the values that an earlier run saw of a stack must still hold in the next', async (t) => {
  const first = new StartedLifecycle(survivor(0, { first: true, last: false }));
  await first.toTheEnd();
  first.heat.random = 'another';
  first.heat.replaceAll();
  const second = new StartedLifecycle(survivor(0, { first: false, last: true }), first);
  await second.toTheEnd();
  t.deepEqual(
    second.broken.map((line) => line.split(':')[0]),
    ['random-string-unchanged', 'changed-in-place'],
  );
});

test('a stack that did not come through a run is none for the next', async (t) => {
  const first = new StartedLifecycle(survivor(0, { first: true, last: false }));
  first.swapsDone();
  await first.looks(1);
  first.lifecycle.progress.settle('stuck', 'UPDATE_IN_PROGRESS');
  t.is(first.lifecycle.living, undefined);
});

test('a creation that is overtaken ends with the change that did not wait for it', async (t) => {
  const started = new StartedLifecycle(byName('overtake'));
  await started.looks(0);
  t.is(started.lifecycle.progress.pending?.action, 'update');
  t.deepEqual(
    started.accepted.map(({ action }) => action),
    ['create', 'update'],
  );
  t.deepEqual(started.settled, []);
  await started.looks(1);
  t.deepEqual(
    started.settled.map(({ operation, outcome }) => [operation, outcome]),
    [
      ['rollgate-1-0/update', 'completed'],
      ['rollgate-1-0/create', 'completed'],
    ],
  );
});

test('a stack that was complete and no longer is gets reported', async (t) => {
  const started = new StartedLifecycle(byName('overtake'));
  await started.looks(1);
  started.heat.status = 'CREATE_FAILED';
  await started.toTheEnd();
  t.deepEqual(started.broken, ['stays-complete: CREATE_FAILED']);
});

test('the lifecycle of a stack that another user deletes is over, and its operation stays open', async (t) => {
  const isTaken = ({ status }: { readonly status: string }): boolean =>
    status.startsWith('DELETE_');
  const started = new StartedLifecycle(byName('quick'), undefined, isTaken);
  await started.looks(0);
  started.heat.instead = ({ operation }) =>
    operation === 'stack-show'
      ? {
          status: 200,
          body: {
            stack: { id: STACK_ID, stack_name: 'rollgate-1-0', stack_status: 'DELETE_COMPLETE' },
          },
        }
      : undefined;
  started.heat.status = undefined;
  await started.looks(3);
  t.true(started.over);
  t.deepEqual(
    started.accepted.map(({ action }) => action),
    ['create'],
  );
  t.deepEqual(started.settled, []);
  t.deepEqual(started.broken, []);
});

test('in a lab, where no other user deletes, a stack that is gone is waited for', async (t) => {
  const started = new StartedLifecycle(byName('quick'));
  await started.looks(0);
  started.heat.status = undefined;
  await started.looks(3);
  t.false(started.over);
});

test('the remains of a stack that another user deletes are no fault', async (t) => {
  const isTaken = ({ status }: { readonly status: string }): boolean =>
    status.startsWith('DELETE_');
  const started = new StartedLifecycle(byName('hold'), undefined, isTaken);
  await started.looks(0);
  let shows = 0;
  started.heat.instead = ({ operation }) => {
    if (operation === 'resource-list') return { status: 200, body: { resources: [] } };
    if (operation !== 'stack-show' || (shows += 1) === 1) return undefined;
    return {
      status: 200,
      body: { stack: { id: STACK_ID, stack_name: 'x', stack_status: 'DELETE_COMPLETE' } },
    };
  };
  await started.looks(3);
  t.true(shows > 1);
  t.deepEqual(started.broken, []);
});

for (const [what, next, settled] of [
  ['its deletion shows next', 'DELETE_IN_PROGRESS', []],
  ['it stays failed', 'CREATE_FAILED', ['failed']],
] as const) {
  test(`where others may delete stacks, one failed look is none yet: ${what}`, async (t) => {
    const isTaken = ({ status }: { readonly status: string }): boolean =>
      status.startsWith('DELETE_');
    const started = new StartedLifecycle(byName('quick'), undefined, isTaken);
    await started.looks(0);
    started.heat.status = 'CREATE_FAILED';
    await started.looks(1);
    t.deepEqual(started.settled, []);
    started.heat.status = next;
    await started.looks(2);
    t.deepEqual(
      started.settled.map(({ outcome }) => outcome),
      settled,
    );
  });
}
