import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { connectDocker } from '../../src/containers/docker.ts';
import { DockerContainerEngine } from '../../src/containers/docker/container-engine.ts';
import type { FinishedContainer } from '../../src/containers/port.ts';
import { LAB } from '../../src/lab/labels.ts';
import { blockingFor } from '../../src/preflight/summary.ts';
import { loadCatalogue } from '../../src/release/catalogue.ts';
import { preflight, readInventory, type Preflight } from '../../src/runs/preflight.ts';
import { preparePlan } from '../../src/runs/prepare.ts';
import type { HeatCall } from '../../src/subject/heat/calls/call.ts';
import { heatCalls, NOT_CALLED } from '../../src/subject/heat/calls/catalogue.ts';
import { heat } from '../../src/subject/heat/index.ts';

/** Counts the containers that were run. */
class CountingEngine extends DockerContainerEngine {
  runs = 0;

  override run(...given: Parameters<DockerContainerEngine['run']>): Promise<FinishedContainer> {
    this.runs += 1;
    return super.run(...given);
  }
}

const engine = new CountingEngine(await connectDocker());
const folders: string[] = [];
useEmptyFolder();
const name = `test-${randomBytes(3).toString('hex')}-preflight`;

/** In it nothing was kept yet. */
function useEmptyFolder(): void {
  const folder = mkdtempSync(join(tmpdir(), 'rollgate-test-'));
  folders.push(folder);
  process.env['TMPDIR'] = folder;
}

test.after.always(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** For both images together, on a machine that has two cores to spare. */
const LIMIT_SECONDS = 15;

/** The share of the cores that others leave: everything takes longer by this factor. */
function busy(): number {
  return Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());
}

async function compared(base: string, target: string): Promise<Preflight> {
  const { plan } = await preparePlan({
    scenario: { name: 'preflight', base, target },
    shape: heat.shape,
    catalogue: await loadCatalogue(),
  });
  return preflight({ engine, plan, name });
}

/** `file:line` of the evidence of a release, and the text of that line. */
function placesOf({ findings }: Preflight, id: string): readonly string[] {
  const finding = findings.find((one) => one.id === id);
  return (finding?.evidence ?? []).map(
    ({ release, file, line, text }) => `${release} ${file}:${line} ${text}`,
  );
}

test.serial('2025.1 → 2026.1: what the images foretell', async (t) => {
  const result = await compared('2025.1', '2026.1');
  const { findings } = result;
  const titles = (area: string): readonly string[] =>
    findings
      .filter((one) => one.area === area)
      .map(({ severity, title }) => `${severity}: ${title}`);

  t.is(
    findings.find(({ id }) => id === 'rpc-worker-check_resource-from-target')?.title,
    '26.0.1 casts check_resource on engine_worker with RPC version 1.9; 24.0.0 takes no higher than 1.4: the work is lost',
  );
  const [sent, served] = placesOf(result, 'rpc-worker-check_resource-from-target');
  t.regex(
    sent ?? '',
    /^target heat\/rpc\/worker_client\.py:\d+ .*node_type, abandon\) with version 1\.9$/,
  );
  t.regex(served ?? '', /^base heat\/engine\/worker\.py:\d+ .* with version 1\.4$/);
  t.deepEqual(titles('context'), [
    "risk: A request's context from 26.0.1 reaches 24.0.0 without project_domain_id, user_domain_id, user_id: their keys have other names",
  ]);
  t.deepEqual(titles('objects'), [
    'blocking: Sync points name a resource differently: 24.0.0 and 26.0.1 miss each other’s reports, and a stack that both work on halts without an error',
    'info: Snapshot gained action without a new version (1.0 in both); no message carries objects',
    'info: SyncPoint gained extra_data without a new version (1.0 in both); no message carries objects',
  ]);
  t.deepEqual(
    titles('schema').filter((title) => title.includes('additive')),
    [
      'info: Migration 88be64598c0f is additive: table resource_snapshot',
      'info: Migration 97b2a986f922 is additive: column snapshot.action (nullable), action filled in every row',
      'info: Migration d2db381e3324 is additive: column sync_point.extra_data (nullable)',
    ],
  );
  t.regex(titles('scripts').join(), /no script heat-all, heat-api, heat-api-cfn/);

  // A new vhost keeps the messages apart; one vhost does not.
  t.deepEqual(blockingFor(findings, 'guide'), []);
  t.deepEqual(
    blockingFor(findings, 'shared-vhost').map(({ id }) => id),
    ['rpc-worker-check_resource-from-target', 'sync-point-key'],
  );
  // Every place is one in the image.
  t.deepEqual(
    findings.flatMap(({ evidence }) => evidence).filter(({ file }) => file === ''),
    [],
  );
});

test.serial('2026.1 → 2026.2: RPC is compatible, and nothing blocks', async (t) => {
  const { findings } = await compared('2026.1', '2026.2');
  t.regex(
    findings.find(({ area }) => area === 'rpc')?.title ?? '',
    /^RPC is compatible both ways: 26\.0\.1 takes all \d+ messages of 27\.0\.0, .*engine_worker 1\.9/,
  );
  t.deepEqual(
    findings.filter(({ severity }) => severity === 'blocking'),
    [],
  );
});

test.serial(
  'both images take 15 s or less of two free cores, and no container is left; again, none is run',
  async (t) => {
    // Nothing was kept yet.
    useEmptyFolder();
    engine.runs = 0;
    const before = busy();
    const { seconds, findings } = await compared('2025.1', '2026.1');
    const limit = LIMIT_SECONDS * Math.max(before, busy());
    t.log(`${seconds.toFixed(1)} s; ${limit.toFixed(1)} s by how busy the machine is`);
    t.true(seconds <= limit);
    t.is(engine.runs, 2);
    t.deepEqual((await engine.find({ [LAB]: name })).containers, []);
    const again = await compared('2025.1', '2026.1');
    t.log(`again: ${again.seconds.toFixed(2)} s`);
    t.deepEqual(again.findings, findings);
    t.is(engine.runs, 2);
  },
);

test.serial('a release and itself have nothing that blocks or is a risk', async (t) => {
  const { findings } = await compared('2026.1', '2026.1');
  t.deepEqual(
    findings.filter(({ severity }) => severity !== 'info'),
    [],
  );
});

test.serial('an image without Heat is refused, and nothing is left behind', async (t) => {
  const { plan } = await preparePlan({
    scenario: { name: 'preflight', base: '2025.1', target: 'image:rollgate/haproxy:latest' },
    shape: heat.shape,
    catalogue: await loadCatalogue(),
  });
  await t.throwsAsync(preflight({ engine, plan, name }), { message: /rollgate\/haproxy:latest/ });
  t.deepEqual((await engine.find({ [LAB]: name })).containers, []);
});

function* chained(call: HeatCall): Iterable<HeatCall> {
  yield call;
  if (call.next !== undefined) yield* chained(call.next('id'));
}

for (const series of ['2025.1', '2026.1', '2026.2']) {
  test.serial(
    `${series}: every method that an API can send to an engine is called, or named with why it is not`,
    async (t) => {
      const { plan } = await preparePlan({
        scenario: { name: 'preflight', base: series, target: series },
        shape: heat.shape,
        catalogue: await loadCatalogue(),
      });
      const { rpc } = await readInventory('base', { engine, plan, name });
      if (!('found' in rpc)) return t.fail(rpc.error);
      const sent = rpc.found
        .filter((endpoint) => endpoint.name === 'engine')
        .flatMap(({ messages }) => messages);
      t.true(sent.length > 50);
      const called = new Set(
        heatCalls({
          stack: { id: 'i', name: 'n', random: 'r' },
          second: { id: 'j', name: 'n-second' },
          hidden: { id: 'k', name: 'n-hidden' },
          gone: { id: 'l', name: 'n-gone' },
          project: 'p',
          otherProject: 'o',
          adminProject: 'a',
        })
          .flatMap((call) => [...chained(call)])
          .flatMap((call) => call.rpc),
      );
      t.deepEqual(
        sent.filter(({ method }) => !called.has(method) && NOT_CALLED[method] === undefined),
        [],
      );
      // The source agrees where nothing sends it.
      t.deepEqual(
        sent
          .filter(({ callers }) => callers.length === 0)
          .map(({ method }) => method)
          .toSorted(),
        ['authenticated_to_backend', 'check_software_deployment', 'migrate_convergence_1'],
      );
    },
  );
}
