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

test('Galera is rolled from MariaDB 10.11 to 11.8 server by server: two are always there, and each stack that Heat leaves behind has the database as its reason', async (t) => {
  const directory = join(temporaryFolder(), 'galera');
  const { verdict } = await runScenario({
    scenario: {
      name: 'galera',
      base: '2026.1',
      target: 'base',
      topology: '2x2-mysql3',
      choreography: 'none',
      seed: 1,
      infrastructure: { mysql: { from: 'bookworm', to: 'trixie' } },
      require: ['supports-upgrade'],
    },
    directory,
  });
  t.log(
    JSON.stringify({ infrastructure: verdict.infrastructure, causes: verdict.causes }, null, 2),
  );
  t.is(verdict.outcome, 'passed');
  t.deepEqual(
    verdict.infrastructure.map(({ service }) => service),
    ['mysql-1', 'mysql-2', 'mysql-3'],
  );
  for (const { from, to } of verdict.infrastructure) {
    t.regex(from, /^10\.11\./);
    t.regex(to ?? '', /^11\.8\./);
  }
  t.is(verdict.stacks.lost, 0);
  // Heat does not try a transaction again whose connection was closed.
  const ofStacks = verdict.causes.filter(({ unit }) => unit === 'stacks');
  const explained = ofStacks.filter(({ title }) => /database could not be reached/i.test(title));
  t.is(
    explained.reduce((sum, { count }) => sum + count, 0),
    verdict.stacks.stuck + verdict.stacks.failed,
  );
});

test('RabbitMQ 3.10 does not become 4.0: the broker’s own reason is the first cause', async (t) => {
  const directory = join(temporaryFolder(), 'too-far');
  const { verdict } = await runScenario({
    scenario: {
      name: 'too-far',
      base: '2026.1',
      target: 'base',
      choreography: 'none',
      seed: 1,
      infrastructure: { rabbitmq: { from: 'bookworm', to: 'trixie' } },
      require: ['supports-upgrade'],
    },
    directory,
  });
  t.log(JSON.stringify({ reasons: verdict.reasons, causes: verdict.causes }, null, 2));
  t.is(verdict.outcome, 'failed');
  t.is(verdict.causes[0]?.kind, 'target-did-not-serve');
  t.regex(verdict.causes[0]?.title ?? '', /feature flag/i);
});
