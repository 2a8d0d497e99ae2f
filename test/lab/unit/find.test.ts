import { hostname } from 'node:os';
import test from 'ava';
import { RollgateError } from '../../../src/errors.ts';
import { findLab, findLabs, sweepAbandoned } from '../../../src/lab/find.ts';
import { KEPT, LAB, labLabels, networkLabels } from '../../../src/lab/labels.ts';
import { thisProcess } from '../../../src/lab/owner.ts';
import { FakeContainerEngine } from '../../containers/fake-container-engine.ts';

/** A process id that another process had, long ago. */
const GONE = `${hostname()}:${process.pid}:1`;
const ELSEWHERE = 'elsewhere:1:1';

const TOPOLOGY = { name: '1x1', nodes: [] };
const CREATED = new Date('2026-01-01T12:00:00.000Z');

/** An engine with labs, each with a network and a container. */
async function engineWith(labs: Readonly<Record<string, { owner: string; kept?: true }>>) {
  const engine = new FakeContainerEngine();
  for (const [name, { owner, kept }] of Object.entries(labs)) {
    const labels = labLabels(name, owner);
    await engine.createNetwork({
      name: `rollgate-${name}`,
      labels: { ...labels, ...networkLabels('heat', TOPOLOGY, CREATED) },
    });
    engine.addContainer(`rollgate-${name}-mysql`, labels);
    if (kept) {
      await engine.createVolume({
        name: `rollgate-${name}-kept`,
        labels: { ...labels, [KEPT]: 'true' },
      });
    }
  }
  engine.addContainer('somebody-elses', { 'com.example': 'x' });
  return engine;
}

test('labs come by name, each with what is its own', async (t) => {
  const engine = await engineWith({
    two: { owner: GONE, kept: true },
    one: { owner: thisProcess() },
    three: { owner: ELSEWHERE },
  });
  const labs = await findLabs(engine);
  t.like(labs, [
    { name: 'one', owner: 'alive', kept: false, created: CREATED },
    { name: 'three', owner: 'unknown', kept: false },
    { name: 'two', owner: 'gone', kept: true },
  ]);
  t.deepEqual(
    labs.map(({ containers }) => containers.map(({ name }) => name)),
    [['rollgate-one-mysql'], ['rollgate-three-mysql'], ['rollgate-two-mysql']],
  );
});

test('a lab with only its network or only its mark left is a lab', async (t) => {
  const engine = new FakeContainerEngine();
  await engine.createNetwork({ name: 'n', labels: labLabels('network', GONE) });
  await engine.createVolume({ name: 'v', labels: { ...labLabels('mark', GONE), [KEPT]: 'true' } });
  t.deepEqual(
    (await findLabs(engine)).map(({ name, created }) => [name, created]),
    [
      ['mark', undefined],
      ['network', undefined],
    ],
  );
});

test('a lab that is not there is an error that names those that are', async (t) => {
  const engine = await engineWith({ one: { owner: GONE }, two: { owner: GONE } });
  const error = await t.throwsAsync(findLab(engine, 'three'), { code: 'no-such-lab' });
  t.is(error instanceof RollgateError ? error.hint : '', 'Labs that are there: one, two');
  t.is(error instanceof RollgateError ? error.kind : '', 'usage');
});

test('where there is none, the error says how to start one', async (t) => {
  const error = await t.throwsAsync(findLab(new FakeContainerEngine(), 'lab'));
  t.regex(error instanceof RollgateError ? (error.hint ?? '') : '', /rollgate up/);
});

test('only what killed processes left is swept', async (t) => {
  const engine = await engineWith({
    running: { owner: thisProcess() },
    kept: { owner: GONE, kept: true },
    elsewhere: { owner: ELSEWHERE },
    left: { owner: GONE },
  });
  t.deepEqual(await sweepAbandoned(engine), [{ name: 'left', networks: [] }]);
  t.deepEqual(engine.swept, [{ [LAB]: 'left' }]);
  t.deepEqual(
    (await findLabs(engine)).map(({ name }) => name),
    ['elsewhere', 'kept', 'running'],
  );
});

test('a lab with a part that a live process made is not swept', async (t) => {
  const engine = await engineWith({ lab: { owner: GONE } });
  engine.addContainer('rollgate-lab-keystone', labLabels('lab', thisProcess()));
  t.deepEqual(await sweepAbandoned(engine), []);
});

test('a network that the engine does not let go of stops no other command', async (t) => {
  const engine = await engineWith({ left: { owner: GONE }, other: { owner: GONE } });
  engine.refusing.push('rollgate-left');
  t.deepEqual(await sweepAbandoned(engine), [
    { name: 'left', networks: ['rollgate-left'] },
    { name: 'other', networks: [] },
  ]);
  // Nothing else is left of it: the next command asks once more, and does not wait long.
  t.deepEqual(await sweepAbandoned(engine), [{ name: 'left', networks: ['rollgate-left'] }]);
  t.deepEqual(
    engine.limits.map((limit) => limit ?? 'default'),
    ['default', 'default', 3],
  );
});

test('a container that cannot be removed is an error', async (t) => {
  const engine = await engineWith({ left: { owner: GONE } });
  engine.refusing.push('rollgate-left-mysql');
  await t.throwsAsync(sweepAbandoned(engine), { code: 'not-removed' });
});
