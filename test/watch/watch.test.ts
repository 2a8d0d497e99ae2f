import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { execa } from 'execa';
import { waitFor } from '../../src/containers/wait.ts';
import { judge, readRun, type RunEvent } from '../../src/index.ts';
import { RUN_FOLDER } from '../../src/run-folder.ts';
import { BIN } from '../cli/rollgate.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { directory, ownName, says, startWatch } from './start-watch.ts';
import { WatchedCloud } from './watched-cloud.ts';

/** The longest time between two lists over such a connection, in seconds: on a busy machine above 0.2. */
function longestBetween(events: readonly RunEvent[], connection: 'new' | 'reused'): number {
  const sent = events
    .flatMap((event) =>
      event.type === 'request' && event.probe === 'list' && event.connection === connection
        ? [event.sentAt]
        : [],
    )
    .toSorted((a, b) => a - b);
  return Math.max(...sent.slice(1).map((at, index) => at - (sent[index] ?? at))) / 1000;
}

/** Waits until a step of this name was marked. */
async function marked(out: string, step: string): Promise<void> {
  await waitFor({ what: `the mark ${step}`, limitSeconds: 30, everyMs: 50 }, async () => {
    const marks = await readFile(join(out, RUN_FOLDER.marks), 'utf8');
    return marks.includes(step) ? { value: true } : { notYet: marks };
  });
}

// One after the other: each measures time.
test.serial('a command that --for ends is reported as ended by the watch', async (t) => {
  await using cloud = await WatchedCloud.start();
  const { watching, out } = startWatch(t, cloud, 'cut', [
    '--until',
    'sleep 100',
    '--baseline',
    '0.1s',
    '--for',
    '2s',
  ]);
  t.is((await watching).exitCode, 99);
  const { error } = judge(await readRun(out));
  t.is(error?.code, 'until-failed');
  t.regex(error?.message ?? '', /had not ended after the 2 s of --for/);
});

test.serial('Ctrl-C ends the command, and does not count as its failure', async (t) => {
  await using cloud = await WatchedCloud.start();
  const gone = join(directory, 'gone');
  const command = `trap 'touch ${gone}; exit 1' TERM; echo begun >&2; sleep 100 & wait`;
  const { watching, out } = startWatch(t, cloud, 'pressed', [
    '--until',
    command,
    '--baseline',
    '0.1s',
  ]);
  await says(watching, 'begun');
  watching.kill('SIGINT');
  t.is((await watching).exitCode, 105);
  t.true(existsSync(gone));
  t.is(judge(await readRun(out)).ended, 'aborted');
});

test.serial(
  'an api that stops for 0.8 s under probes each 0.2 s is 0.8 s, in the step that was printed',
  async (t) => {
    await using cloud = await WatchedCloud.start();
    const page = createServer((_, response) => response.end('here')).listen(0, '127.0.0.1');
    await once(page, 'listening');
    t.teardown(() => page.close());
    const { port } = page.address() as AddressInfo;
    const { watching, out } = startWatch(t, cloud, 'printed', [
      // Of these each of the two probes that ask for a list gets five.
      '--rate',
      '27.5',
      '--http',
      `http://127.0.0.1:${port}/page?secret=1`,
      '--follow',
      '|echo "TASK [look] ****"; sleep 2; echo "TASK [restart heat-api] ****"; sleep 60',
      '--threshold',
      'beside_failed:count==0',
      '--threshold',
      'api_failed:count==0',
    ]);
    await marked(out, 'restart heat-api');
    const stopped = await cloud.stopFor(800);
    await delay(1000);
    await execa(process.execPath, [BIN, 'mark', '--name', ownName('printed'), 'end']);
    t.is((await watching).exitCode, 99);
    const events = await readRun(out);
    const { api, beside, steps, thresholds } = judge(events);
    const lost = new Set(api.lost.map(({ step }) => steps.find(({ id }) => id === step)?.name));
    t.deepEqual([...lost], ['restart heat-api']);
    const asked = api.disruptions.filter(({ probe }) => probe === 'list');
    t.is(asked.length, 2);
    for (const { seconds, connection } of asked) {
      const between = longestBetween(events, connection);
      t.log(
        `${connection}: ${seconds.toFixed(2)} of ${stopped.toFixed(2)} s, ${between.toFixed(2)} s apart`,
      );
      t.true(Math.abs(seconds - stopped) <= between);
    }
    t.like(beside?.[0], { address: `http://127.0.0.1:${port}/page`, failed: 0 });
    t.deepEqual(
      thresholds.map(({ status }) => status),
      ['passed', 'failed'],
    );
  },
);

test.serial(
  'a stack that another user deleted is not observed, and the probes continue with another stack',
  async (t) => {
    await using cloud = await WatchedCloud.start();
    const { watching, out } = startWatch(t, cloud, 'tidied', ['--for', '6s']);
    await says(watching, 'watching;');
    cloud.deleteAll();
    await says(watching, 'was made in its place');
    t.is((await watching).exitCode, 0);
    const events = await readRun(out);
    const { api, tags } = judge(events);
    t.is(api.failed, 0);
    t.true(events.some(({ type }) => type === 'request-unobserved'));
    const clauses = tags['supports-zero-downtime-upgrade'].clauses;
    t.is(clauses.find(({ id }) => id === 'no-request-lost')?.status, 'not-proven');
  },
);

test.serial(
  'a host that does not answer echo requests is reported separately, with the step',
  async (t) => {
    await using cloud = await WatchedCloud.start();
    const bin = temporaryFolder();
    const [gone, asked] = [join(bin, 'gone'), join(bin, 'asked')];
    // As ping(8): 0 for a reply, 1 for none.
    await writeFile(
      join(bin, 'ping'),
      `#!/bin/sh\necho "asked: $*." >> ${asked}\n[ ! -e ${gone} ] || { echo 'From 192.0.2.1 icmp_seq=1 Destination Host Unreachable'; exit 1; }\n`,
      { mode: 0o755 },
    );
    const { watching, out } = startWatch(t, cloud, 'pinged', ['--ping', 'server.example'], {
      PATH: `${bin}:${process.env['PATH']}`,
    });
    await says(watching, 'watching;');
    await execa(process.execPath, [BIN, 'mark', '--name', ownName('pinged'), 'swap the router']);
    await writeFile(gone, '');
    await delay(1500);
    await rm(gone);
    await delay(1500);
    await execa(process.execPath, [BIN, 'mark', '--name', ownName('pinged'), 'end']);
    t.is((await watching).exitCode, 0);
    const { beside, api, steps } = judge(await readRun(out));
    const [one] = beside ?? [];
    t.like(one, { probe: 'ping-1', address: 'ping server.example' });
    t.is(api.failed, 0);
    t.is(one?.disruptions.length, 1);
    t.like(one?.disruptions[0], { outcome: 'connect-refused', recovered: true });
    t.is(steps.find(({ id }) => id === one?.disruptions[0]?.step)?.name, 'swap the router');
    const [first, second] = (await readFile(asked, 'utf8')).split('\n');
    t.regex(first ?? '', /-- 127\.0\.0\.1\.$/);
    t.regex(second ?? '', /-c 1 .*-- server\.example\.$/);
  },
);

test.serial('a machine that cannot ping is reported before any request to the cloud', async (t) => {
  await using cloud = await WatchedCloud.start();
  const { watching } = startWatch(t, cloud, 'no-ping', ['--ping', '192.0.2.1'], {
    PATH: temporaryFolder(),
  });
  const { exitCode, stderr } = await watching;
  t.is(exitCode, 104);
  t.regex(stderr, /cannot ping itself[^]*iputils-ping/);
  t.is(cloud.stacks.size + cloud.deleted.size, 0);
});
