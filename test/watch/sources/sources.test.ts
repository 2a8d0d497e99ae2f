import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { waitFor } from '../../../src/containers/wait.ts';
import type { RunEvent } from '../../../src/index.ts';
import { RUN_FOLDER } from '../../../src/run-folder.ts';
import { heat } from '../../../src/subject/heat/index.ts';
import { readSources } from '../../../src/watch/sources/sources.ts';
import { STEP_LINES } from '../../../src/watch/sources/step-lines.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const directory = temporaryFolder();
const LINE = (id: string) =>
  `{"frontend":"heat-api","server":"node1.heat-api","status":502,"termination":"SH","retries":"0","queueMs":0,"connectMs":0,"responseMs":-1,"totalMs":7,"bytes":1,"id":"${id}","request":"GET /v1/p/stacks"}`;

/** Reads sources until each has ended or been read; what it emits and says. */
async function reading(read: {
  readonly follow?: readonly string[];
  readonly logs?: readonly string[];
}) {
  const events: RunEvent[] = [];
  const said: string[] = [];
  const sources = await readSources({
    follow: [],
    logs: [],
    ...read,
    patterns: STEP_LINES,
    directory,
    subject: heat,
    epoch: Date.now() - 1000,
    emit: (event) => events.push(event),
    now: () => 1000 * (1 + said.length),
    say: (line) => said.push(line),
  });
  const until = (what: string, isSo: () => Promise<boolean> | boolean) =>
    waitFor({ what, limitSeconds: 30, everyMs: 20 }, async () =>
      (await isSo()) ? { value: true } : { notYet: said.join() },
    );
  const gaps = () => events.filter((event) => event.type === 'watch-gap');
  return { events, said, stop: () => sources.stop(), see: sources.see, until, gaps };
}

test('a log that ended before the watch leaves a gap from its end on', async (t) => {
  const id = 'req-00000000-0000-4000-8000-000000000009';
  const one = await reading({ logs: [`|echo '${LINE(id)}'`] });
  await one.until('its end', () => one.said.length > 0);
  await one.stop();
  t.true(one.events.some((event) => event.type === 'balancer-logged'));
  t.like(one.gaps(), [{ from: 2000, text: 'it ended' }]);
  t.is(one.gaps().length, 1);
});

test('a log without request ids shows nothing, and the number of lines read is reported', async (t) => {
  const one = await reading({ logs: [`|echo started; echo '${LINE('-')}'; sleep 60`] });
  await one.until('a request', () => one.events.some(({ type }) => type === 'balancer-logged'));
  await one.stop();
  t.like(one.gaps(), [{ from: 1000, text: 'none of its 2 lines has a request and its id' }]);
});

test('a tool that finished and reported its steps leaves no gap; a failed one does', async (t) => {
  const good = await reading({ follow: ['|echo "TASK [a] ****"'] });
  await good.until('its end', () => good.said.length > 0);
  await good.stop();
  t.deepEqual(good.gaps(), []);
  const bad = await reading({ follow: ['|echo "TASK [b] ****"; exit 3'] });
  await bad.until('its end', () => bad.said.length > 0);
  await bad.stop();
  t.is(bad.gaps().length, 1);
  t.regex(bad.gaps()[0]?.text ?? '', /exit code 3/);
});

test('a file that grows while it is read gives marks and no gap', async (t) => {
  const path = join(directory, 'printed.log');
  await writeFile(path, '');
  const one = await reading({ follow: [path] });
  await one.until('the mark', async () => {
    // tail reads from the end that it found: it is not known when it looked.
    await appendFile(path, 'TASK [restart] ****\n');
    return (await readFile(join(directory, RUN_FOLDER.marks), 'utf8')).includes('"restart"');
  });
  await one.stop();
  t.deepEqual(one.gaps(), []);
});

const OWN = 'req-00000000-0000-4000-8000-000000000001';
const OTHER = 'req-00000000-0000-4000-8000-000000000002';

test('an error in a service’s log is kept if it is about a request of the watch, or about none', async (t) => {
  const path = join(directory, 'engine.log');
  await writeFile(path, '');
  const one = await reading({ logs: [`ctl1/heat-engine=${path}`] });
  const line = (text: string) => `2026-11-30 07:00:00.123 17 ERROR heat.engine.service ${text}\n`;
  const found = () => one.events.filter((event) => event.type === 'log-finding');
  await one.until('the finding', async () => {
    await appendFile(path, line(`[None ${OTHER} - p] Another user's failure`));
    await appendFile(path, line(`[${OWN} ${OTHER} - p] The database is gone`));
    await appendFile(path, line('[-] The broker is gone'));
    return found().length > 0;
  });
  t.true(found().every(({ sample }) => sample.includes('The broker is gone')));
  const times = { at: 5, scheduledAt: 1, sentAt: 1 };
  one.see({
    ...times,
    type: 'request',
    id: OWN,
    probe: 'list',
    operation: 'GET stacks',
    connection: 'new',
    outcome: '5xx-service',
  });
  await one.stop();
  const own = found().filter(({ request }) => request === OWN);
  t.true(own.length > 0);
  t.like(own[0], { node: 'ctl1', service: 'heat-engine', severity: 'error' });
  t.false(found().some(({ sample }) => sample.includes('Another user')));
  t.deepEqual(one.gaps(), []);
});
