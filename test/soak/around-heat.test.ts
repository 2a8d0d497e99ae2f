import { join } from 'node:path';
import test from 'ava';
import { runScenario } from '../../src/index.ts';
import { temporaryFolder } from '../temporary-folder.ts';

test('RabbitMQ is swapped for a newer one with its data: Heat continues, and nothing that it accepted is lost', async (t) => {
  const { verdict } = await runScenario({
    scenario: {
      name: 'broker',
      base: '2026.1',
      target: 'base',
      choreography: 'none',
      seed: 1,
      infrastructure: { rabbitmq: 'forky' },
      durations: { mixedSeconds: 20 },
      require: ['supports-upgrade'],
    },
    directory: join(temporaryFolder(), 'broker'),
  });
  t.log(
    JSON.stringify({ infrastructure: verdict.infrastructure, causes: verdict.causes }, null, 2),
  );
  t.is(verdict.outcome, 'passed');
  t.true(verdict.stacks.completed > 0);
  t.is(verdict.stacks.stuck + verdict.stacks.failed + verdict.stacks.lost, 0);
  const [swapped] = verdict.infrastructure;
  t.is(swapped?.from, '4.0.5');
  t.regex(swapped?.to ?? '', /^4\.[3-9]/);
  t.true(verdict.causes.some(({ kind }) => kind === 'infrastructure-stopped'));
});

test('quorum queues on the vhost of classic ones: the broker’s refusal is the first cause', async (t) => {
  const directory = join(temporaryFolder(), 'quorum');
  const { verdict } = await runScenario({ scenario: 'quorum-same-vhost', directory });
  t.is(verdict.outcome, 'failed');
  t.deepEqual(verdict.configurationChanges, ['oslo_messaging_rabbit.rabbit_quorum_queue']);
  t.is(verdict.causes[0]?.kind, 'target-did-not-serve');
  t.regex(verdict.causes[0]?.title ?? '', /PRECONDITION_FAILED/);
});
