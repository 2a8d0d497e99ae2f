import test from 'ava';
import { findLab } from '../../../src/lab/find.ts';
import { labLabels, networkLabels } from '../../../src/lab/labels.ts';
import { thisProcess } from '../../../src/lab/owner.ts';
import { pauseLab, resumeLab, type PauseRecord } from '../../../src/lab/pause.ts';
import { FakeContainerEngine } from '../../containers/fake-container-engine.ts';

const RECORD: PauseRecord = {
  next: '4.1 swap heat-engine on node1',
  why: ['asked for'],
  load: 'stopped',
  since: '2026-01-01T12:00:00.000Z',
  folder: 'runs/1',
};
const labels = labLabels('one', thisProcess());

/** An engine that reports when it holds a mark. */
class MarkedEngine extends FakeContainerEngine {
  readonly marked = Promise.withResolvers<void>();

  override async createVolume(volume: Parameters<FakeContainerEngine['createVolume']>[0]) {
    await super.createVolume(volume);
    this.marked.resolve();
  }
}

async function held(abort = new AbortController()) {
  const engine = new MarkedEngine();
  const network = networkLabels('heat', { name: '1x1', nodes: [] }, new Date());
  await engine.createNetwork({ name: 'rollgate-one', labels: { ...labels, ...network } });
  const hold = pauseLab(engine, 'one', { labels, record: RECORD, signal: abort.signal });
  await engine.marked.promise;
  return { engine, hold, abort };
}

test('a paused lab says where it is paused, until another process lets it go on', async (t) => {
  const { engine, hold } = await held();
  t.deepEqual((await findLab(engine, 'one')).paused, RECORD);
  t.deepEqual(await resumeLab(engine, 'one'), RECORD);
  await hold;
  t.is((await findLab(engine, 'one')).paused, undefined);
  t.deepEqual(engine.volumes, []);
});

test('a run that is not paused cannot be resumed', async (t) => {
  const { engine, hold } = await held();
  await resumeLab(engine, 'one');
  await hold;
  await t.throwsAsync(resumeLab(engine, 'one'), { code: 'not-paused' });
});

test('an abort ends the pause and leaves no mark', async (t) => {
  const { engine, hold, abort } = await held();
  abort.abort();
  await t.throwsAsync(hold, { name: 'AbortError' });
  t.deepEqual(engine.volumes, []);
});

test('a lab that is removed meanwhile is an error, not a resume', async (t) => {
  const { engine, hold } = await held();
  await engine.sweep(labels);
  await t.throwsAsync(hold, { code: 'lab-gone' });
});
