import { join } from 'node:path';
import test from 'ava';
import { runScenario, type Verdict } from '../../src/index.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const directory = temporaryFolder();
const LOAD = { stuckAfterSeconds: 60 } as const;

function describes({ reasons, api: { requests, failed }, stacks, causes }: Verdict): string {
  const titles = causes.map(({ title, count, unit }) => `${count} ${unit}: ${title}`);
  return JSON.stringify({ reasons, requests, failed, stacks, titles }, null, 2);
}

test('Ironic 35 → 39 pinned: old and new work side by side', async (t) => {
  const { verdict } = await runScenario({
    scenario: {
      name: 'ironic-pinned',
      subject: 'ironic',
      base: '2026.1',
      target: '2026.2',
      choreography: 'pinned',
      seed: 1,
      require: ['supports-rolling-upgrade'],
      load: LOAD,
    },
    directory: join(directory, 'ironic'),
  });
  t.log(describes(verdict));
  t.is(verdict.outcome, 'passed');
  t.is(verdict.tags['supports-rolling-upgrade'].status, 'proven');
  t.like(verdict.stacks, { lost: 0, stuck: 0 });
  t.true(verdict.stacks.accepted > 10);
});

test('Designate 20 → 23 node by node: an old central refuses the new api, as preflight foretold', async (t) => {
  const { verdict } = await runScenario({
    scenario: {
      name: 'designate-node-by-node',
      subject: 'designate',
      base: '2025.1',
      target: '2026.2',
      choreography: 'node-by-node',
      seed: 1,
      require: [],
      load: LOAD,
    },
    directory: join(directory, 'designate'),
  });
  t.log(describes(verdict));
  t.deepEqual(verdict.skips, ['2026.1']);
  t.true(verdict.api.failed > 0);
  t.true(
    verdict.causes.some(
      ({ kind, title, sample }) =>
        kind === 'rpc-peer-refused' && /RPC version 6\.12/.test(`${title} ${sample}`),
    ),
  );
  const foreseen = verdict.predictions.find(({ id }) => id === 'rpc-central-all-from-target');
  t.true((foreseen?.causes ?? []).length > 0);
  t.is(verdict.tags['supports-rolling-upgrade'].status, 'failed');
  t.is(verdict.tags['supports-upgrade'].status, 'proven');
});
