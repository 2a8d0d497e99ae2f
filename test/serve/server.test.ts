import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import test from 'ava';
import { encodeEvent } from '../../src/events/codec.ts';
import { serveRuns } from '../../src/serve/server.ts';
import { judge } from '../../src/verdict/judge.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { badRoll, cleanRoll } from '../verdict/runs.ts';
import { get, served, writeRun } from './served.ts';

test('the list has every run with its outcome, and the totals', async (t) => {
  const folder = temporaryFolder();
  writeRun(folder, 'good', cleanRoll().events);
  writeRun(folder, 'nightly/bad', badRoll().events);
  const { status, body } = await get(await served(t, folder), '/');
  t.is(status, 200);
  t.regex(body, /data-run="good"/);
  t.regex(body, /href="\/run\/nightly%2Fbad\/" data-run="nightly\/bad"/);
  t.is(body.match(/<tr><th scope="row"><a[^>]*data-run/g)?.length, 2);
  t.regex(body, /id="trend".*1 of 2 \(/s);
});

test('the list does not wait until many runs are read: it shows the rest when it is loaded again', async (t) => {
  const folder = temporaryFolder();
  const names = Array.from({ length: 20 }, (_, index) => `run-${index}`);
  for (const name of names) writeRun(folder, name, badRoll().events);
  const server = await served(t, folder, 0);
  const first = await get(server, '/');
  t.is(first.headers['refresh'], '2');
  t.regex(first.body, / of 20 runs are read/);
  for (const name of names) t.true(first.body.includes(name));
  let last = first;
  while (last.headers['refresh'] !== undefined) last = await get(server, '/');
  t.notRegex(last.body, /are read/);
  t.is(last.body.match(/data-outcome="failed"/g)?.length, 20);
});

test('the list is filtered by outcome and by text', async (t) => {
  const folder = temporaryFolder();
  writeRun(folder, 'good', cleanRoll().events);
  writeRun(folder, 'bad', badRoll().events);
  const server = await served(t, folder);
  const shown = async (query: string): Promise<readonly string[]> =>
    Array.from((await get(server, `/?${query}`)).body.matchAll(/data-run="([^"]*)"/g), ([, id]) =>
      String(id),
    );
  const { outcome } = judge(badRoll().events);
  t.deepEqual(await shown(`outcome=${outcome}`), ['bad']);
  t.deepEqual(await shown('text=GOOD'), ['good']);
  t.deepEqual(await shown('text=no-such-thing'), []);
  t.deepEqual([...(await shown('outcome='))].toSorted(), ['bad', 'good']);
});

test('a run’s page is its report, and links each cause to the story of its first victim', async (t) => {
  const folder = temporaryFolder();
  const { events } = badRoll();
  writeRun(folder, 'bad', events);
  const { status, body } = await get(await served(t, folder), '/run/bad/');
  t.is(status, 200);
  const victims = judge(events).causes.flatMap(({ victim }) => victim ?? []);
  t.true(victims.length > 2);
  for (const victim of victims) {
    t.true(body.includes(`href="/run/bad/follow?what=${encodeURIComponent(victim)}"`), victim);
  }
  t.regex(body, /id="timeline-data"/);
  t.notRegex(body, /EventSource/);
});

test('a stack can be followed, and an unknown one is not found', async (t) => {
  const folder = temporaryFolder();
  writeRun(folder, 'bad', badRoll().events);
  const server = await served(t, folder);
  const [victim] = judge(badRoll().events).causes.flatMap((cause) => cause.victim ?? []);
  const { status, body } = await get(server, `/run/bad/follow?what=${victim}`);
  t.is(status, 200);
  t.regex(body, /data-kind="event"/);
  t.is((await get(server, '/run/bad/follow?what=nothing')).status, 404);
  t.is((await get(server, '/run/bad/follow')).status, 400);
});

test('two runs are shown side by side, with the losses of only one of them', async (t) => {
  const folder = temporaryFolder();
  writeRun(folder, 'good', cleanRoll().events);
  writeRun(folder, 'bad', badRoll().events);
  const server = await served(t, folder);
  const { status, body } = await get(server, '/compare?run=good&run=bad');
  t.is(status, 200);
  t.regex(body, /Only in good<\/strong>: none/);
  for (const { id } of judge(badRoll().events).causes) {
    t.true(body.includes(`href="/run/bad/#cause-${id}"`), id);
  }
  t.is((await get(server, '/compare?run=good')).status, 400);
  t.is((await get(server, '/compare?run=good&run=gone')).status, 404);
});

test('a run that breaks off is shown as under way while it is written, and then as broken off', async (t) => {
  const folder = temporaryFolder();
  const events = badRoll().events.filter(({ type }) => type !== 'run-finished');
  const directory = writeRun(folder, 'now', events);
  const server = await served(t, folder);
  t.regex((await get(server, '/')).body, /● under way/);
  t.regex((await get(server, '/run/now/')).body, /EventSource/);
  const old = new Date(Date.now() - 3_600_000);
  utimesSync(join(directory, 'events.ndjson'), old, old);
  t.regex((await get(server, '/')).body, /broken off/);
  t.notRegex((await get(server, '/run/now/')).body, /EventSource/);
});

test('a held run is shown as held, however long', async (t) => {
  const folder = temporaryFolder();
  const { events } = cleanRoll().at(14.5).paused('stopped', { next: '2.3' });
  const held = events.slice(0, events.findLastIndex(({ type }) => type === 'run-paused') + 1);
  const file = join(
    writeRun(
      folder,
      'held',
      held.filter(({ type }) => type !== 'run-finished'),
    ),
    'events.ndjson',
  );
  const old = new Date(Date.now() - 3_600_000);
  utimesSync(file, old, old);
  t.regex((await get(await served(t, folder), '/')).body, /⏸ held still/);
});

test('unreadable events are a line of the list, with their place', async (t) => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'broken'));
  writeFileSync(join(folder, 'broken', 'events.ndjson'), '{"type":"nonsense"}\n');
  const { status, body } = await get(await served(t, folder), '/');
  t.is(status, 200);
  t.regex(body, /unreadable.*events\.ndjson:1: not an event/s);
});

const OUTSIDE = [
  '/run/..%2foutside/',
  '/run/../outside/',
  '/run/%2e%2e%2foutside/file/secret.txt',
  '/run/good/file/..%2f..%2foutside%2fsecret.txt',
  '/run/good/file/../../../outside/secret.txt',
  '/run/good/file/%2fetc%2fpasswd',
  '/run/good/file/logs%2f..%2f..%2f..%2foutside%2fsecret.txt',
  '/run/good/file/linked.txt',
  '/run/good/file/logs%2flinked.log',
  '/run/linked/',
  '/run/good/file/%00',
  '/run/%ff/',
  '//outside/',
  '/compare?run=../outside&run=good',
] as const;

test('nothing outside the folder is served: no path leads there, and no link is followed', async (t) => {
  const parent = temporaryFolder();
  const folder = join(parent, 'runs');
  const outside = writeRun(parent, 'outside', cleanRoll().events);
  writeFileSync(join(outside, 'secret.txt'), 'SECRET');
  const run = writeRun(folder, 'good', cleanRoll().events);
  symlinkSync(outside, join(folder, 'linked'));
  symlinkSync(join(outside, 'secret.txt'), join(run, 'linked.txt'));
  symlinkSync(join(outside, 'secret.txt'), join(run, 'logs', 'linked.log'));
  const server = await served(t, folder);
  for (const target of OUTSIDE) {
    const { status, body } = await get(server, target);
    t.is(status, 404, target);
    t.false(body.includes('SECRET'), target);
  }
  t.notRegex((await get(server, '/')).body, /linked/);
  t.notRegex((await get(server, '/run/good/')).body, /linked/);
  // The files can be read; otherwise the assertions above prove nothing.
  const plan = await get(server, '/run/good/file/plan.txt');
  t.is(plan.body, 'the plan of good\n');
  t.is(plan.headers['content-type'], 'text/plain; charset=utf-8');
});

test('a folder “logs” that is a link is not read, not even to follow a stack', async (t) => {
  const folder = temporaryFolder();
  const directory = join(folder, 'good');
  writeRun(folder, 'other', cleanRoll().events);
  mkdirSync(directory);
  writeFileSync(join(directory, 'events.ndjson'), cleanRoll().events.map(encodeEvent).join(''));
  symlinkSync(join(folder, 'other', 'logs'), join(directory, 'logs'));
  const { status, body } = await get(await served(t, folder), '/run/good/follow?what=early');
  t.is(status, 404);
  t.regex(body, /no folder logs/);
});

test('names from outside stay text: those of a folder, of a filter, and of a followed stack', async (t) => {
  const folder = temporaryFolder();
  const hostile = '"><script>alert(1)</script><img src=x onerror=alert(1)>';
  writeRun(folder, hostile.replaceAll('/', '∕'), badRoll().events);
  writeRun(folder, 'good', cleanRoll().events);
  const server = await served(t, folder);
  const name = encodeURIComponent(hostile.replaceAll('/', '∕'));
  const asked = encodeURIComponent(hostile);
  for (const target of [
    '/',
    `/?text=${asked}&outcome=${asked}`,
    `/run/${name}/`,
    `/compare?run=good&run=${name}`,
    `/compare?run=good&run=${asked}`,
    `/run/${name}/follow?what=${asked}`,
    `/run/${asked}/`,
    `/${asked}`,
  ]) {
    const { body } = await get(server, target);
    t.notRegex(body, /<script>alert|<img/, target);
    t.true(body.includes('&lt;img src=x') || target === `/${asked}`, target);
  }
});

test('every answer keeps scripts, frames and other sites out', async (t) => {
  const folder = temporaryFolder();
  writeRun(folder, 'good', cleanRoll().events);
  const server = await served(t, folder);
  for (const target of ['/', '/run/good/', '/run/good/file/plan.txt', '/nothing']) {
    const { headers } = await get(server, target);
    const policy = String(headers['content-security-policy']);
    t.regex(policy, /^default-src 'none'/, target);
    t.regex(policy, /frame-ancestors 'none'/, target);
    t.notRegex(policy, /unsafe/, target);
    t.is(headers['x-content-type-options'], 'nosniff');
  }
});

test('only GET and HEAD of this machine are answered', async (t) => {
  const folder = temporaryFolder();
  writeRun(folder, 'good', cleanRoll().events);
  const server = await served(t, folder);
  t.true(server.url.startsWith('http://127.0.0.1:'));
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    const { status, headers } = await get(server, '/', { method });
    t.is(status, 405, method);
    t.is(headers['allow'], 'GET, HEAD');
  }
  const head = await get(server, '/', { method: 'HEAD' });
  t.deepEqual([head.status, head.body], [200, '']);
  t.is((await get(server, '/', { headers: { host: 'evil.example' } })).status, 421);
  t.is((await get(server, '/', { headers: { host: 'localhost:1234' } })).status, 200);
});

test('a missing folder and a port in use are errors of the caller', async (t) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  const serve = (path: string, port = 0) =>
    serveRuns({ folder: path, port, onFailure: (error) => t.fail(String(error)) });
  for (const [path, message] of [
    [join(folder, 'missing'), /there is none of that name/],
    [join(folder, 'file'), /it is a file/],
  ] as const) {
    const error = await t.throwsAsync(serve(path));
    t.like(error, { code: 'no-run', kind: 'usage' });
    t.regex(error.message, message);
  }
  const taken = createServer();
  t.teardown(() => taken.close());
  taken.listen({ host: '127.0.0.1', port: 0 });
  await once(taken, 'listening');
  const address = taken.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const error = await t.throwsAsync(serve(folder, port));
  t.like(error, { code: 'port-unusable', kind: 'usage' });
});

test('an empty folder is served, because a run may come', async (t) => {
  const { status, body } = await get(await served(t, temporaryFolder()), '/');
  t.is(status, 200);
  t.regex(body, /holds no run yet/);
});

test('one hostile run hides no other, and none fails the server', async (t) => {
  const folder = temporaryFolder();
  const text = badRoll().events.map(encodeEvent).join('');
  writeRun(folder, 'good', badRoll().events);
  for (const [name, content] of Object.entries({
    nul: '\0'.repeat(1000),
    empty: '',
    cut: text.slice(0, 100),
    subject: text.replace('"subject":"heat"', '"subject":"__proto__"'),
    markup: text.replaceAll('shared-vhost', '<img src=x onerror=alert(1)>'),
    'x..%2f': text,
    'line\nend': text,
  })) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'events.ndjson'), content);
  }
  mkdirSync(join(folder, 'folder/events.ndjson'), { recursive: true });
  execFileSync('mkfifo', [join(folder, 'folder/pipe')]);
  // Of another version: the page is drawn from the events.
  writeFileSync(join(folder, 'good/verdict.json'), '{"from":"the future"');
  symlinkSync('/etc/passwd', join(folder, 'good/report.html'));
  const server = await served(t, folder);
  const list = await get(server, '/');
  t.is(list.status, 200);
  t.notRegex(list.body, /onerror=alert\(1\)>/);
  for (const [path, status] of [
    ['/run/good/', 200],
    ['/run/markup/', 200],
    ['/run/subject/', 200],
    ['/run/x..%252f/', 200],
    ['/run/line%0Aend/', 200],
    ['/run/nul/', 500],
    ['/run/empty/', 500],
    ['/run/good/file/report.html', 404],
    ['/run/good/file/..%2Fmarkup%2Fevents.ndjson', 404],
    ['/run/__proto__/', 404],
    ['/run/%00/', 404],
    ['/run/%E0%A4/', 404],
    ['/compare?run=good&run=nul', 500],
  ] as const) {
    const { status: found, body } = await get(server, path);
    t.is(found, status, path);
    t.notRegex(body, /root:|<img src=x onerror/, path);
  }
});
