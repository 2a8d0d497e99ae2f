import { join } from 'node:path';
import test from 'ava';
import { runScenario } from '../../src/index.ts';
import { temporaryFolder } from '../temporary-folder.ts';

test('each fault takes effect, is undone, and is named with what it cost', async (t) => {
  const { verdict, events } = await runScenario({
    scenario: 'every-fault',
    directory: join(temporaryFolder(), 'run'),
  });
  t.log(verdict.causes.map(({ kind, step, count, title }) => `${kind} ${step} ${count} ${title}`));
  t.is(verdict.ended, 'completed', JSON.stringify(verdict.error));

  const began = events.filter((event) => event.type === 'fault-began');
  const ended = events.filter((event) => event.type === 'fault-ended');
  // A node's faults (four of the nine) are one for each of its two services.
  t.is(began.length, 13);
  for (const { step, fault, on } of began) {
    t.is(ended.filter((end) => end.step === step && end.on === on).length, 1, `${fault} on ${on}`);
  }
  for (const { fault, on, effect } of ended) {
    if (fault !== 'cut' && fault !== 'narrow') continue;
    t.true(
      (effect?.packets ?? 0) > 0,
      `${fault} on ${on}: ${effect?.text ?? 'no effect recorded'}`,
    );
  }
  const hasCause = (kind: string, service: string): boolean =>
    verdict.causes.some((cause) => cause.kind === kind && cause.service === service);
  for (const service of ['heat-api', 'heat-engine']) {
    t.true(hasCause('service-stopped', service), `killed ${service}`);
    t.true(hasCause('service-frozen', service), `frozen ${service}`);
    t.true(hasCause('service-cut-off', service), `cut off ${service}`);
    t.true(hasCause('service-narrowed', service), `narrowed ${service}`);
  }
  for (const service of ['keystone', 'haproxy', 'mysql', 'rabbitmq']) {
    t.true(hasCause('infrastructure-stopped', service), `stopped ${service}`);
  }

  // Undone: once the last is over, and the broker was found again, everybody is served.
  const last = Math.max(...ended.map(({ at }) => at));
  const later = events
    .filter((event) => event.type === 'request')
    .filter(({ sentAt }) => sentAt > last + 15_000);
  t.true(later.length > 0);
  t.deepEqual(
    later.filter(({ outcome }) => outcome !== 'served').map(({ operation }) => operation),
    [],
  );
});
