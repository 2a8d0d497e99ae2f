import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { Lab } from '../../src/index.ts';
import { relocatedImage, removeImage } from '../lab/own-image/own-images.ts';

const directory = await mkdtemp(join(tmpdir(), 'rollgate-own-image-'));
test.after.always(() => rm(directory, { recursive: true, force: true }));

test('LOCI’s layout of 2025.1 → Kolla’s of 2026.1: both sides run from images of a user', async (t) => {
  const base = await relocatedImage('rollgate/heat:2025.1', 'loci', `base-${process.pid}`);
  t.teardown(async () => removeImage(base));
  const target = await relocatedImage('rollgate/heat:2026.1', 'kolla', `target-${process.pid}`);
  t.teardown(async () => removeImage(target));
  const { verdict } = await Lab.run({
    series: `image:${base}`,
    to: `image:${target}`,
    topology: '2x2',
    choreography: 'gentle',
    require: ['supports-zero-downtime-upgrade'],
    directory: join(directory, 'own'),
  });
  const { api, stacks, causes, outcome, reasons } = verdict;
  t.log(JSON.stringify({ requests: api.requests, lost: api.failed, stacks }));
  t.log(causes.map(({ title, count, unit }) => `${count} ${unit}: ${title}`));
  t.is(outcome, 'passed', reasons.join('\n'));
  t.deepEqual(
    [verdict.base.version, verdict.target.version].map((version) => version.split('.')[0]),
    ['24', '26'],
  );
});
