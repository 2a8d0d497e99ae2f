import { join } from 'node:path';
import test from 'ava';
import { Lab } from '../../src/index.ts';
import { loadScenario } from '../../src/scenario/read-scenario.ts';
import { vocabulary } from '../scenario/vocabulary.ts';
import { temporaryFolder } from '../temporary-folder.ts';

test('faults: an api and the broker stopped, an engine and the database frozen, a busy machine: each is recognised', async (t) => {
  const { scenario } = await loadScenario('faults', { vocabulary, random: () => 0 });
  await using lab = await Lab.start({ series: '2026.1', topology: '2x2' });
  const { verdict } = await lab.upgrade({
    to: '2026.1',
    choreography: 'none',
    seed: 1,
    require: [],
    faults: [...scenario.faults],
    durations: { baselineSeconds: 8, mixedSeconds: 1, afterSeconds: 1 },
    load: { stuckAfterSeconds: 10 },
    directory: join(temporaryFolder(), 'run'),
  });
  t.is(verdict.ended, 'completed');
  t.log(verdict.causes.map(({ kind, step, count, title }) => `${kind} ${step} ${count} ${title}`));

  const cause = (kind: string, service: string | null) =>
    verdict.causes.find((one) => one.kind === kind && one.service === service);
  const of = (step: string): string => verdict.steps.find(({ id }) => id === step)?.name ?? '';

  const api = cause('requests-lost', 'heat-api');
  t.is(of(api?.step ?? ''), 'stop heat-api on node1 for 3 s');
  t.is(api?.node, 'node1');
  t.true((api?.count ?? 0) > 0);

  const engine = cause('service-frozen', 'heat-engine');
  t.is(of(engine?.step ?? ''), 'freeze heat-engine on node1 for 5 s');
  t.is(engine?.node, 'node1');

  const database = cause('infrastructure-frozen', 'mysql');
  t.is(of(database?.step ?? ''), 'freeze mysql for 2 s');
  t.true((database?.count ?? 0) > 0, 'it held requests up');
  t.regex(database?.title ?? '', /^mysql was frozen for 2\.\d s/);

  const broker = cause('infrastructure-stopped', 'rabbitmq');
  t.is(of(broker?.step ?? ''), 'stop rabbitmq for 5 s');
  t.true((broker?.count ?? 0) > 0, 'it cost requests');

  const noise = verdict.causes.find(
    ({ harm, title }) => harm === 'noise' && /burn-cpu/.test(title),
  );
  t.is(of(noise?.step ?? ''), 'burn all CPU of the machine for 10 s');
  const harmful = verdict.causes.filter(({ harm }) => harm !== 'noise' && harm !== 'log-only');
  t.false(harmful.some(({ title }) => /burn/.test(title)));
});
