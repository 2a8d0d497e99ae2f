import { join } from 'node:path';
import test from 'ava';
import { Lab } from '../../src/index.ts';
import { temporaryFolder } from '../temporary-folder.ts';

test('2026.1 → 2026.2 on one vhost: adjacent releases speak the same RPC', async (t) => {
  await using lab = await Lab.start({ series: '2026.1', topology: '2x2' });
  const { verdict } = await lab.upgrade({
    to: '2026.2',
    choreography: 'shared-vhost',
    seed: 1,
    directory: join(temporaryFolder(), 'run'),
  });
  t.log(JSON.stringify({ stacks: verdict.stacks, causes: verdict.causes }, null, 2));
  t.is(verdict.tags['supports-rolling-upgrade'].status, 'proven');
  t.is(verdict.base.version, '26.0.1');
  t.is(verdict.target.version, '27.0.0');
  t.false(verdict.causes.some(({ kind }) => kind === 'work-refused-after-acknowledgement'));
});
