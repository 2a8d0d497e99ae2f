import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { execa } from 'execa';
import { waitFor } from '../../src/containers/wait.ts';
import { judge, readRun, type Verdict } from '../../src/index.ts';
import { renderVerdict } from '../../src/report/terminal/summary/summary.ts';
import { BIN } from '../cli/rollgate.ts';
import { Story } from '../verdict/stream.ts';
import { directory, ownName, says, startWatch } from './start-watch.ts';
import { WatchedCloud } from './watched-cloud.ts';

// Other observers reported each of these wrongly, by their own later repairs. An outage below a
// second and a stack that another user deleted are in watch.test.ts.

function clause({ tags }: Verdict, id: string) {
  return Object.values(tags)
    .flatMap(({ clauses }) => clauses)
    .find((one) => one.id === id);
}

async function mark(name: string, text: string): Promise<void> {
  await execa(process.execPath, [BIN, 'mark', '--name', ownName(name), text]);
}

test.serial(
  'the time in which the watch was killed is neither an outage nor availability',
  async (t) => {
    await using cloud = await WatchedCloud.start();
    const killed = startWatch(t, cloud, 'killed', ['--rate', '30']);
    await says(killed.watching, 'watching;');
    await mark('killed', 'swap heat-api');
    await delay(1000);
    killed.watching.kill('SIGKILL');
    await killed.watching;
    const before = (await readRun(killed.out)).length;
    // The API is down, and nothing observes it.
    await cloud.stopFor(500);
    const again = startWatch(t, cloud, 'killed', ['--rate', '30']);
    await says(again.watching, 'watching;');
    await delay(1000);
    await mark('killed', 'end');
    const { exitCode, stderr } = await again.watching;
    t.is(exitCode, 0, stderr);
    const events = await readRun(again.out);
    t.true(events.length > before);
    const verdict = judge(events);
    const { api, unobserved = [], steps } = verdict;
    t.is(api.failed, 0);
    t.deepEqual(api.disruptions, []);
    t.like(unobserved, [{ what: 'cloud' }]);
    const [gap] = unobserved;
    t.true((gap?.seconds ?? 0) > 0.5);
    t.is(steps.find(({ id }) => id === gap?.step)?.name, 'swap heat-api');
    t.is(clause(verdict, 'no-request-lost')?.status, 'not-proven');
  },
);

test.serial('a watch that was itself stopped for a while reports no outage', async (t) => {
  await using cloud = await WatchedCloud.start();
  const { watching, out } = startWatch(t, cloud, 'stopped', ['--rate', '30']);
  await says(watching, 'watching;');
  await mark('stopped', 'swap heat-api');
  await delay(500);
  watching.kill('SIGSTOP');
  await delay(3000);
  watching.kill('SIGCONT');
  await delay(1000);
  await mark('stopped', 'end');
  t.is((await watching).exitCode, 0);
  const verdict = judge(await readRun(out));
  t.is(verdict.api.failed, 0);
  t.deepEqual(verdict.api.disruptions, []);
  t.not(clause(verdict, 'all-arrivals-sent')?.status, 'proven');
  t.true(verdict.noise.seconds >= 2.5, `${verdict.noise.seconds} s of noise`);
});

test.serial(
  'a network that is broken here is told from the cloud by a control outside it',
  async (t) => {
    for (const isHere of [true, false]) {
      await using cloud = await WatchedCloud.start();
      const page = createServer((_, response) => response.end('here'));
      page.listen(0, '127.0.0.1');
      await once(page, 'listening');
      const { port } = page.address() as AddressInfo;
      const name = isHere ? 'here' : 'there';
      const control = `http://127.0.0.1:${port}/`;
      const options = ['--rate', '30', '--control', control, '--threshold', 'api_failed:count==0'];
      const { watching, out } = startWatch(t, cloud, name, options);
      await says(watching, 'watching;');
      await mark(name, 'swap heat-api');
      await delay(1000);
      if (isHere) {
        page.close();
        page.closeAllConnections();
      }
      await cloud.stopFor(2000);
      if (isHere) page.listen(port, '127.0.0.1');
      await delay(1500);
      await mark(name, 'end');
      const { exitCode } = await watching;
      page.close();
      const verdict = judge(await readRun(out));
      t.log(name, verdict.api.failed, verdict.api.noise, verdict.noise.seconds);
      t.true(verdict.api.failed + verdict.api.noise.requests > 0);
      t.is(exitCode, isHere ? 0 : 99);
      t.is(verdict.api.failed > 0, !isHere);
      t.is(verdict.api.noise.requests > 0, isHere);
      t.not(clause(verdict, 'no-request-lost')?.status, 'proven');
    }
  },
);

test.serial(
  'what nothing was sent for is not proven, and no threshold about it is met',
  async (t) => {
    await using cloud = await WatchedCloud.start();
    const unmet = [
      'stacks_stuck:count==0',
      'operations_lost:count==0',
      'log_errors:count==0',
      'beside_failed:count==0',
      'beside_disruption:max<5s',
    ];
    const { watching, out } = startWatch(t, cloud, 'nothing', [
      '--for',
      '2s',
      ...unmet.flatMap((one) => ['--threshold', one]),
    ]);
    t.is((await watching).exitCode, 99);
    const verdict = judge(await readRun(out));
    t.deepEqual(
      verdict.thresholds.map(({ status }) => status === 'passed'),
      unmet.map(() => false),
    );
    for (const id of [
      'every-accepted-operation-completed',
      'made-before-works-after',
      'integrity',
    ]) {
      t.is(clause(verdict, id)?.status, 'not-proven', id);
    }
  },
);

test.serial(
  'the remains of a killed watch do not disturb the next one, and those of another name stay',
  async (t) => {
    await using cloud = await WatchedCloud.start();
    const own = `rollgate-${ownName('next')}`;
    const names = {
      own: [`${own}-standing-0123abcd`, `${own}-77-1-quick`],
      others: [`${own}-2-standing-0123abcd`, `${own}-2-77-1-quick`, `${own}-mine`, 'users-own'],
    };
    for (const name of [...names.own, ...names.others]) cloud.stacks.set(`id-of-${name}`, name);
    const { watching } = startWatch(t, cloud, 'next', ['--for', '1s']);
    t.is((await watching).exitCode, 0);
    t.deepEqual([...cloud.stacks.values()].toSorted(), names.others.toSorted());
  },
);

test.serial(
  '--clean removes what a killed watch of this name left, and nothing else',
  async (t) => {
    await using cloud = await WatchedCloud.start();
    const killed = startWatch(t, cloud, 'cleaned', ['--rate', '30']);
    await says(killed.watching, 'watching;');
    killed.watching.kill('SIGKILL');
    await killed.watching;
    const left = [...cloud.stacks.values()];
    t.true(left.some((name) => name.startsWith(`rollgate-${ownName('cleaned')}-standing-`)));
    const others = [`rollgate-${ownName('cleaned')}-2-77-1-quick`, 'users-own'];
    for (const name of others) cloud.stacks.set(`id-of-${name}`, name);
    const clean = () => startWatch(t, cloud, 'cleaned', ['--clean']).watching;
    const first = await clean();
    t.is(first.exitCode, 0, first.stderr);
    t.regex(first.stdout, new RegExp(`^removed ${left.length} of ${left.length} in project`));
    t.deepEqual([...cloud.stacks.values()].toSorted(), others.toSorted());
    t.regex((await clean()).stdout, /^nothing begins with rollgate-/);
  },
);

test('between two lost controls of a watch, a connection that is refused at once is lost to the network', (t) => {
  const watched = { cloud: 'c', endpoint: 'http://c', project: 'p', probes: ['list/new'] };
  const brokenNetwork = (start = {}) => {
    const story = new Story({}, start).at(2).requests(300).at(2).controls(16);
    for (let second = 10; second < 12; second += 0.5) {
      story.at(second).control('connect-refused');
      for (const after of [0.1, 0.2, 0.3]) {
        story.at(second + after).request('connect-refused', { server: undefined }, 0.002);
      }
    }
    return judge(story.at(12).controls(4).events).api;
  };
  t.like(brokenNetwork({ watched, services: [] }), { failed: 0, noise: { requests: 12 } });
  t.true(brokenNetwork().failed > 0);
});

test('2,694 lost requests are 2,694, in figures, thresholds and words', (t) => {
  const watched = { cloud: 'c', endpoint: 'http://c', project: 'p', probes: ['list/new'] };
  const thresholds = [
    { metric: 'api_failed', expression: 'count<2694' },
    { metric: 'api_failed', expression: 'count<=2694' },
  ];
  const story = new Story({}, { watched, thresholds }).at(2).requests(3000, {});
  for (let index = 0; index < 2694; index += 1) {
    story.at(40 + index / 100).request('connect-refused', {});
  }
  const verdict = judge(story.events);
  t.is(verdict.api.failed, 2694);
  t.is(verdict.api.requests, 5694);
  t.deepEqual(
    verdict.thresholds.map(({ status }) => status),
    ['failed', 'passed'],
  );
  t.regex(renderVerdict(verdict, { color: false }), /5,694 requests, 2,694 lost, 52\.68 % served/);
});

test.serial(
  'the limit of losses is reported at once to a tool that the watch did not start',
  async (t) => {
    await using cloud = await WatchedCloud.start();
    const file = join(directory, 'abort.json');
    const options = ['--rate', '30', '--abort-after', '5/10s', '--abort-to', file];
    const { watching } = startWatch(t, cloud, 'told', options);
    await says(watching, 'watching;');
    await cloud.stopFor(1500);
    t.is((await watching).exitCode, 99);
    const { code, message } = JSON.parse(await readFile(file, 'utf8'));
    t.is(code, 'too-many-lost');
    t.regex(message, /^5 requests were lost within 10 s/);
    // The next watch does not stop its tool by the notice of this one.
    const next = startWatch(t, cloud, 'told-again', [...options, '--for', '1s']);
    t.is((await next.watching).exitCode, 0);
    await t.throwsAsync(readFile(file), { code: 'ENOENT' });
  },
);

test.serial(
  'a slow command of --abort-to finishes after the watch, unless Ctrl-C ends it',
  async (t) => {
    await using cloud = await WatchedCloud.start();
    const done = join(directory, 'tool-stopped.txt');
    const limit = ['--rate', '30', '--abort-after', '5/10s', '--abort-to'];
    const command = `|sleep 4; echo "$ROLLGATE_REASON" > ${done}`;
    const { watching } = startWatch(t, cloud, 'slow', [...limit, command]);
    await says(watching, 'watching;');
    await cloud.stopFor(1500);
    t.is((await watching).exitCode, 99);
    t.regex(await readFile(done, 'utf8'), /^5 requests were lost within 10 s/);
    const begun = join(directory, 'tool-begun.txt');
    const slower = `|touch ${begun}; exec sleep 100`;
    const endless = startWatch(t, cloud, 'endless', [...limit, slower]);
    await says(endless.watching, 'watching;');
    await cloud.stopFor(1500);
    await waitFor({ what: 'the command', limitSeconds: 20, everyMs: 100 }, async () =>
      existsSync(begun) ? { value: true } : { notYet: begun },
    );
    endless.watching.kill('SIGINT');
    t.regex((await endless.watching).stderr, /the command was ended by SIGTERM/);
  },
);
