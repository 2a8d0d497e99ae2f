import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import test from 'ava';
import { VerdictSchema } from '../../src/verdict/verdict.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { rollgate } from './command.ts';

test('faults: an api and the broker stopped, an engine and the database frozen, a busy machine: each is named for what it is', async (t) => {
  const out = join(temporaryFolder(), 'run');
  const settings = [
    'durations.baselineSeconds=8',
    'durations.mixedSeconds=1',
    'load.stuckAfterSeconds=10',
    // Enough for every outage to meet a request.
    'load.probes=[{probe: version, connection: new, rate: 4}, {probe: list, connection: new, rate: 4}, {probe: list, connection: reused, rate: 4}]',
  ];
  const { exitCode, stderr } = await rollgate([
    'run',
    'faults',
    '--out',
    out,
    ...settings.flatMap((setting) => ['--set', setting]),
  ]);
  t.is(exitCode, 0, stderr);
  const verdict = VerdictSchema.parse(
    JSON.parse(await readFile(join(out, 'verdict.json'), 'utf8')),
  );
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
