import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { waitFor } from '../../src/containers/wait.ts';
import { judge, Lab, readRun } from '../../src/index.ts';
import { RenewedTokens } from '../../src/load/http/credentials.ts';
import { HeatApi } from '../../src/subject/heat/api/api.ts';
import { connectTo } from '../../src/subject/heat/cloud/heat-api.ts';
import { defaultSubject as subject } from '../../src/subject/registry.ts';
import { cloudLogin, openCloud } from '../../src/watch/cloud/access.ts';
import { BIN } from '../cli/rollgate.ts';
import { ensureProgram } from '../ensure-program.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { apart, contradictions, longestBetween, rollBesideWatch, says } from './two-observers.ts';

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

test.serial('a watch sees the same outage, in the same steps, as the run that rolls', async (t) => {
  const two = await rollBesideWatch(directory, 'beside');
  t.log(two, apart(two));
  t.deepEqual(contradictions(two), []);
  const { watched } = judge(await readRun(join(directory, 'beside-watch')));
  t.log(watched);
  t.deepEqual(watched?.releases, {
    first: { among: ['23 (2024.2)', '24 (2025.1)'], mixed: false },
    last: { among: ['25 (2025.2)', '26 (2026.1)'], mixed: false },
  });
});

test.serial('a killed watch that is started again settles what Heat had accepted', async (t) => {
  const { env } = await single();
  const killed = startWatch(t, env, 'killed', ['--stacks', '2']);
  await says(killed.stderr, 'watching;');
  await marking('killed')('look away');
  const folder = join(directory, 'killed');
  const accepted = async () =>
    (await readRun(folder)).flatMap((event) =>
      event.type === 'operation-accepted' ? [event.operation] : [],
    );
  await waitFor({ what: 'stacks', limitSeconds: 60, everyMs: 500 }, async () => {
    const all = await accepted();
    return all.length >= 6 ? { value: true } : { notYet: all.join() };
  });
  killed.kill('SIGKILL');
  await killed;
  const before = await accepted();
  const again = startWatch(t, env, 'killed', ['--stacks', '2', '--for', '5s']);
  t.is((await again).exitCode, 0);
  const { stacks, api, unobserved = [] } = judge(await readRun(folder));
  t.log(before.length, stacks, unobserved);
  t.true((await accepted()).length > before.length);
  t.like(stacks, { stuck: 0, failed: 0, lost: 0 });
  t.is(stacks.completed, stacks.accepted);
  t.is(api.failed, 0);
  t.like(unobserved, [{ what: 'cloud' }]);
});

test.serial('--clean removes the stacks of a killed watch from Heat', async (t) => {
  const { env } = await single();
  const killed = startWatch(t, env, 'left', ['--stacks', '2']);
  await says(killed.stderr, 'watching;');
  killed.kill('SIGKILL');
  await killed;
  const clean = await startWatch(t, env, 'left', ['--clean']);
  t.log(clean.stdout);
  t.is(clean.exitCode, 0, clean.stderr);
  t.regex(clean.stdout, /^removed (\d+) of \1 in project .*rollgate-left-standing-/);
  t.regex((await startWatch(t, env, 'left', ['--clean'])).stdout, /^nothing begins with/);
});

test.serial(
  'a playbook restarts heat-api: with one command beside it, the report names the task in which requests were lost',
  async (t) => {
    await ensureProgram('/usr/bin/ansible-playbook', 'ansible-core');
    const { lab, env } = await single();
    const playbook = join(directory, 'restart.yml');
    const task = (name: string, command: string): string =>
      `    - name: ${name}\n      ansible.builtin.command: ${command}\n`;
    await writeFile(
      playbook,
      [
        '---\n- hosts: localhost\n  connection: local\n  gather_facts: false\n  tasks:\n',
        task('Look around', 'sleep 2'),
        task('Restart heat-api', `docker restart rollgate-${lab.name}-node1-heat-api`),
        task('Wait until it serves', 'sleep 12'),
      ].join(''),
    );
    const { exitCode, stderr } = await startWatch(t, env, 'playbook', [
      '--ansible',
      '--until',
      `ansible-playbook ${playbook}`,
      '--threshold',
      'api_failed:count==0',
    ]);
    t.is(exitCode, 99, stderr);
    const { api, steps } = judge(await readRun(join(directory, 'playbook')));
    const names = api.lost.map(({ step }) => steps.find(({ id }) => id === step)?.name ?? 'none');
    t.log(api.failed, names);
    t.is(names[0], 'Restart heat-api');
    t.false(names.includes('Look around'));
    t.regex(await readFile(join(directory, 'playbook', 'report.html'), 'utf8'), /Restart heat-api/);
  },
);

test.serial('an api that is out for 0.8 s under probes each 0.2 s is 0.8 s', async (t) => {
  const { lab, env } = await single();
  // Of these each of the probes that ask for a list gets five.
  const watching = startWatch(t, env, 'short', ['--rate', '27.5', '--stacks', '0']);
  await says(watching.stderr, 'watching;');
  await marking('short')('take the api out');
  const { balancer } = lab.deployment;
  const server = { backend: 'heat-api', node: 'node1', service: 'heat-api' };
  await delay(2000);
  const began = performance.now();
  await balancer.setState(server, 'maint');
  await delay(800);
  await balancer.setState(server, 'ready');
  const out = (performance.now() - began) / 1000;
  await delay(2000);
  await marking('short')('end');
  t.is((await watching).exitCode, 0);
  const events = await readRun(join(directory, 'short'));
  const lists = judge(events).api.disruptions.filter(({ probe }) => probe === 'list');
  t.is(lists.length, 2);
  for (const { seconds, connection, from, to } of lists) {
    const between = longestBetween(
      events.filter(
        (event) =>
          event.type === 'request' && event.connection === connection && event.probe === 'list',
      ),
      { from, to },
    );
    t.log(
      `${connection}: ${seconds.toFixed(2)} of ${out.toFixed(2)} s, ${(between / 1000).toFixed(2)} s apart`,
    );
    t.true(Math.abs(seconds - out) <= between / 1000);
  }
});

test.serial('stacks that another user deletes are no loss, and are reported', async (t) => {
  const { env } = await single();
  const watching = startWatch(t, env, 'tidied');
  const mark = marking('tidied');
  await says(watching.stderr, 'watching;');
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
  const replaced = says(watching.stderr, 'was made in its place');
  for (const stack of stacks) await api.delete(stack);
  await replaced;
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
  'a script restarts heat-api: its output and HAProxy’s log show where requests were lost',
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

test.serial(
  'a host that has gone does not answer echo requests, and one that stays does',
  async (t) => {
    await ensureProgram('/usr/bin/ping', 'iputils-ping');
    const { lab, env } = await single();
    const addressOf = async (container: string): Promise<string> => {
      const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
      const { stdout } = await execa('docker', ['inspect', '--format', format, container]);
      return stdout.trim();
    };
    const api = `rollgate-${lab.name}-node1-heat-api`;
    const hosts = [await addressOf(api), await addressOf(`rollgate-${lab.name}-haproxy`)];
    const { exitCode, stderr } = await startWatch(t, env, 'pinged', [
      '--until',
      `docker stop ${api}; sleep 3; docker start ${api}; sleep 12`,
      '--baseline',
      '3',
      '--stacks',
      '0',
      ...hosts.flatMap((host) => ['--ping', host]),
    ]);
    t.is(exitCode, 0, stderr);
    const { beside = [] } = judge(await readRun(join(directory, 'pinged')));
    t.log(beside);
    const [gone, stays] = beside;
    t.is(gone?.disruptions.length, 1);
    t.true((gone?.disruptions[0]?.seconds ?? 0) >= 3);
    t.true(gone?.disruptions[0]?.recovered);
    t.is(stays?.failed, 0);
  },
);

test.serial(
  'a command that the watch ends is reported as ended by it: by --for, and by Ctrl-C',
  async (t) => {
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
    await says(watching.stderr, 'begun');
    watching.kill('SIGINT');
    t.is((await watching).exitCode, 105);
    t.true(existsSync(gone));
    t.is(judge(await readRun(join(directory, 'pressed'))).ended, 'aborted');
  },
);
