import { on, once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { judge, Lab, readRun, type RunEvent, type Verdict } from '../../src/index.ts';
import { waitFor } from '../../src/containers/wait.ts';
import { RenewedTokens } from '../../src/load/credentials.ts';
import { HeatApi } from '../../src/subject/heat/api/api.ts';
import { connectTo } from '../../src/subject/heat/cloud/heat-api.ts';
import { defaultSubject as subject } from '../../src/subject/registry.ts';
import { cloudLogin, openCloud } from '../../src/watch/cloud/access.ts';
import { BIN } from '../cli/rollgate.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const directory = temporaryFolder();

/** A watch that knows of the lab what an `openstack` client knows. */
function startWatch(
  t: ExecutionContext,
  env: Readonly<Record<string, string>>,
  name: string,
  options: readonly string[] = [],
) {
  const fixed = ['--name', name, '--out', join(directory, name), '--rate', '20', '--json'];
  const watching = execa(process.execPath, [BIN, 'watch', ...fixed, ...options], {
    env: { ...env, CI: 'true' },
    reject: false,
  });
  t.teardown(() => watching.kill('SIGKILL'));
  return watching;
}

function marking(name: string) {
  return async (...args: readonly string[]): Promise<void> => {
    await execa(process.execPath, [BIN, 'mark', '--name', name, ...args]);
  };
}

let started: Promise<{ lab: Lab; env: Readonly<Record<string, string>> }> | undefined;
/** A lab of one node, which the tests that restart nothing for good share. */
function single() {
  started ??= (async () => {
    const lab = await Lab.start({ series: '2025.1', topology: '1x1' });
    return { lab, env: await lab.env() };
  })();
  return started;
}
test.after.always(async () => {
  if (started !== undefined) await (await started).lab[Symbol.asyncDispose]();
});

/** Waits until the watch says so. Breaking off execa's own iteration would wait for its end. */
async function says({ stderr }: ReturnType<typeof startWatch>, text: string): Promise<void> {
  let said = '';
  for await (const [chunk] of on(stderr, 'data', {
    close: ['end'],
    signal: AbortSignal.timeout(60_000),
  })) {
    said += String(chunk);
    if (said.includes(text)) return;
  }
  throw new Error(`the watch ended without ${text}: ${said}`);
}

/** The outage of all clients together that lasted longest, and the longest time between two requests sent in it. */
function outageIn({ api }: Verdict, events: readonly RunEvent[]) {
  const [longest] = api.together.all.toSorted((a, b) => b.seconds - a.seconds);
  if (longest === undefined) return { seconds: 0, arrival: 0 };
  const sent = events
    .flatMap((event) => (event.type === 'request' && event.control !== true ? [event.sentAt] : []))
    .filter((at) => at >= longest.from - 500 && at <= longest.to)
    .toSorted((a, b) => a - b);
  const gaps = sent.slice(1).map((at, index) => at - (sent[index] ?? at));
  return { seconds: longest.seconds, arrival: Math.max(...gaps) / 1000 };
}

test.serial(
  'a watch sees what the run that rolls sees: the same steps lose, the same outage',
  async (t) => {
    await using lab = await Lab.start({ series: '2025.1', topology: '2x2' });
    const watching = startWatch(t, await lab.env(), 'beside');
    const mark = marking('beside');
    await says(watching, 'watching;');
    const rolled = await lab.upgrade({
      to: '2026.1',
      roll: async (rolling) => {
        // No api serves from the second stop until the first one is back.
        for (const call of ['stop', 'start'] as const) {
          for (const node of ['node1', 'node2']) {
            await mark(`${call} heat-api on ${node}`, '--node', node, '--service', 'heat-api');
            const api = rolling.service(`${node}/heat-api`);
            await (call === 'stop' ? api.stop() : api.start({ to: 'base' }));
          }
        }
      },
      directory: join(directory, 'run'),
    });
    await mark('end');
    const { exitCode } = await watching;
    t.is(exitCode, 0);
    const events = await readRun(join(directory, 'beside'));
    const seen = judge(events);
    const stepsOf = ({ api, steps }: Verdict): readonly string[] =>
      [...new Set(api.lost.map(({ step }) => steps.find(({ id }) => id === step)?.name ?? 'none'))]
        // Between two calls the run counts with the function that rolls; the watch with its mark.
        .flatMap((name) => /\S+ heat-\S+ on node\d/.exec(name)?.[0] ?? [])
        .toSorted();
    const own = outageIn(rolled.verdict, await readRun(rolled.directory));
    const watched = outageIn(seen, events);
    t.log(
      `run: ${rolled.verdict.api.failed} of ${rolled.verdict.api.requests} lost, ${own.seconds.toFixed(2)} s`,
      `watch: ${seen.api.failed} of ${seen.api.requests} lost, ${watched.seconds.toFixed(2)} s`,
      `arrivals: ${own.arrival.toFixed(2)} and ${watched.arrival.toFixed(2)} s`,
      stepsOf(seen),
    );
    t.deepEqual(stepsOf(seen), stepsOf(rolled.verdict));
    t.true(own.seconds > 1);
    t.true(Math.abs(own.seconds - watched.seconds) <= own.arrival + watched.arrival);
    t.is(seen.stacks.lost + seen.stacks.stuck, 0);
  },
);

test.serial('stacks that somebody else deletes are no loss, and are told', async (t) => {
  const { env } = await single();
  const watching = startWatch(t, env, 'tidied');
  const mark = marking('tidied');
  await says(watching, 'watching;');
  const { access } = await openCloud({
    subject,
    login: await cloudLogin(undefined, { subject, env }),
    prefix: 'somebody',
  });
  await using client = connectTo(access, new RenewedTokens(new Map()));
  const api = new HeatApi(client, access.token);
  const stacks = await waitFor(
    { what: 'stacks to delete', limitSeconds: 30, everyMs: 200 },
    async () => {
      const { value = [] } = await api.list();
      const named = value.map(({ name }) => name).join(' ');
      const isThere = value.length >= 5 && named.includes('-standing-');
      return isThere ? { value } : { notYet: named };
    },
  );
  await mark('somebody tidies up');
  const told = says(watching, 'was made in its place');
  for (const stack of stacks) await api.delete(stack);
  await told;
  await mark('end');
  const { exitCode } = await watching;
  t.is(exitCode, 0);
  const events = await readRun(join(directory, 'tidied'));
  const { api: seen, stacks: objects, tags } = judge(events);
  t.is(seen.failed, 0, JSON.stringify(seen.lost));
  t.like(objects, { lost: 0, stuck: 0, failed: 0 });
  const unobserved = events.filter(({ type }) => type === 'request-unobserved').length;
  t.log(`${stacks.length} stacks deleted, ${unobserved} requests not observed`, objects);
  t.true(unobserved > 0);
  const clauses = tags['supports-zero-downtime-upgrade'].clauses;
  t.is(clauses.find(({ id }) => id === 'no-request-lost')?.status, 'not-proven');
  t.deepEqual(
    events.flatMap((event) =>
      event.type === 'integrity-checked' && !event.ok ? [event.detail] : [],
    ),
    [],
  );
});

test.serial(
  'a script restarts heat-api: what it prints and HAProxy’s log say where requests were lost',
  async (t) => {
    const { lab, env } = await single();
    const page = createServer((_, response) => response.end('here')).listen(0, '127.0.0.1');
    await once(page, 'listening');
    const { port } = page.address() as AddressInfo;
    const printed = join(directory, 'printed.log');
    const script = [
      `echo 'TASK [nothing : look around] ********' >> ${printed}`,
      'sleep 2',
      `echo 'TASK [heat : restart heat-api] ******' >> ${printed}`,
      `docker restart rollgate-${lab.name}-node1-heat-api`,
      'sleep 12',
      `echo 'TASK [nothing : clean up] ******' >> ${printed}`,
      'sleep 2',
    ].join('; ');
    const log = `|docker logs --follow --tail 0 rollgate-${lab.name}-haproxy 2>&1`;
    const watching = startWatch(t, env, 'script', [
      '--until',
      script,
      '--baseline',
      '5',
      '--follow',
      printed,
      '--log',
      log,
      '--http',
      `http://127.0.0.1:${port}/page?secret=1`,
      '--stacks',
      '1',
      '--threshold',
      'beside_failed:count==0',
      '--threshold',
      'api_failed:count==0',
    ]);
    const { exitCode } = await watching;
    page.close();
    t.is(exitCode, 99);
    const verdict = judge(await readRun(join(directory, 'script')));
    const stepsLost = new Set(
      verdict.api.lost.map(({ step }) => verdict.steps.find(({ id }) => id === step)?.name),
    );
    const [longest] = verdict.api.together.all.toSorted((a, b) => b.seconds - a.seconds);
    t.log(verdict.api.failed, [...stepsLost], longest?.seconds, verdict.beside);
    t.deepEqual([...stepsLost], ['heat : restart heat-api']);
    const byBalancer = verdict.api.lost.filter(({ outcome }) => outcome === '5xx-balancer');
    t.true(byBalancer.length > 0);
    t.true(byBalancer.every(({ termination }) => termination !== null));
    t.like(verdict.beside?.[0], { address: `http://127.0.0.1:${port}/page`, failed: 0 });
    t.like(verdict.thresholds, [{ status: 'passed' }, { status: 'failed' }]);
  },
);

test.serial('a command that the watch ends is told as that: by --for, and by Ctrl-C', async (t) => {
  const { env } = await single();
  const cut = await startWatch(t, env, 'cut', [
    '--until',
    'sleep 100',
    '--baseline',
    '1',
    '--for',
    '6',
    '--stacks',
    '0',
    '--after',
    '1',
  ]);
  t.is(cut.exitCode, 99);
  const { error, reasons } = judge(await readRun(join(directory, 'cut')));
  t.is(error?.code, 'until-failed');
  t.regex(error?.message ?? '', /had not ended after the 6 s of --for/, reasons.join());
  const gone = join(directory, 'gone');
  const watching = startWatch(t, env, 'pressed', [
    '--until',
    `trap 'touch ${gone}; exit 1' TERM; echo begun >&2; sleep 100 & wait`,
    '--baseline',
    '1',
    '--stacks',
    '0',
    '--after',
    '1',
  ]);
  await says(watching, 'begun');
  watching.kill('SIGINT');
  t.is((await watching).exitCode, 105);
  t.true(existsSync(gone));
  t.is(judge(await readRun(join(directory, 'pressed'))).ended, 'aborted');
});
