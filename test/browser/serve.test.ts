import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { Browser, Page } from 'playwright-core';
import { encodeEvent } from '../../src/events/codec.ts';
import type { RunEvent } from '../../src/events/event.ts';
import { serveRuns, type RunServer } from '../../src/serve/server.ts';
import { judge } from '../../src/verdict/judge.ts';
import { ensureChromium, launchChromium, savedRun } from './chromium.ts';

// `rollgate serve` in Debian's Chromium: runs that were saved, and one that is written meanwhile.
const state: {
  browser?: Browser;
  server?: RunServer;
  folder: string;
  events: readonly RunEvent[];
} = { folder: '', events: [] };

const HOSTILE = '"><img src=x onerror="window.pwned = 1">';

test.before(async (t) => {
  t.timeout(300_000);
  await ensureChromium();
  state.browser = await launchChromium();
  state.folder = await mkdtemp(join(tmpdir(), 'rollgate-serve-'));
  state.events = await savedRun();
  await write('guide', state.events);
  await write(HOSTILE, withoutLosses(state.events));
  state.server = await serveRuns({
    folder: state.folder,
    port: 0,
    onFailure: (error) => problems.push(`server: ${String(error)}`),
  });
});

test.after.always(async () => {
  await state.browser?.close();
  await state.server?.[Symbol.asyncDispose]();
  if (state.folder !== '') await rm(state.folder, { recursive: true });
});

const problems: string[] = [];
test.serial.afterEach.always(async (t) => {
  await Promise.all((state.browser?.contexts() ?? []).map((context) => context.close()));
  t.deepEqual(problems.splice(0), []);
});

/** The same run, served throughout. */
function withoutLosses(events: readonly RunEvent[]): readonly RunEvent[] {
  return events.filter((event) => event.type !== 'request' || event.outcome === 'served');
}

async function write(name: string, events: readonly RunEvent[]): Promise<string> {
  const directory = join(state.folder, name);
  await mkdir(join(directory, 'logs'), { recursive: true });
  const file = join(directory, 'events.ndjson');
  await writeFile(file, events.map(encodeEvent).join(''));
  return file;
}

async function open(path: string): Promise<Page> {
  const { browser, server } = state;
  if (browser === undefined || server === undefined) throw new Error('no browser, or no server');
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  page.on('console', (message) => problems.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => problems.push(`page error: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(server.url)) problems.push(`asked for ${request.url()}`);
  });
  await page.goto(new URL(path, server.url).href);
  return page;
}

test.serial('from the list by way of a report to what happened to a victim', async (t) => {
  const page = await open('/');
  t.is(await page.locator('[data-run]').count(), 2);
  await page.locator('[data-run="guide"]').click();
  await page.waitForSelector('body.ready');
  const [cause] = judge(state.events).causes;
  if (cause?.victim == null) return t.fail('the first cause has no victim');
  await page.locator(`#cause-${cause.id}`).getByRole('link', { name: 'Follow' }).click();
  t.is(await page.locator('h1').innerText(), cause.victim);
  t.true((await page.locator('[data-kind="event"]').count()) > 0);
  await page.getByRole('link', { name: 'All runs' }).click();
  t.is(await page.locator('h1').innerText(), 'Runs');
});

test.serial('the list is narrowed by its form', async (t) => {
  const page = await open('/');
  await page.getByRole('searchbox').fill('guid');
  await page.getByRole('button', { name: 'Filter' }).click();
  t.is(await page.locator('[data-run="guide"]').count(), 1);
  t.is(new URL(page.url()).searchParams.get('text'), 'guid');
});

test.serial('two ticked runs are compared, and a hostile name stays text', async (t) => {
  const page = await open('/');
  for (const box of await page.getByRole('checkbox').all()) await box.check();
  await page.getByRole('button', { name: /Compare/ }).click();
  t.is(await page.locator('h1').innerText(), 'Two runs side by side');
  const text = await page.locator('#causes').innerText();
  t.true(text.includes(HOSTILE));
  t.is(await page.locator('img').count(), 0);
  t.is(await page.evaluate(() => Reflect.get(window, 'pwned') as unknown), undefined);
});

test.serial('a run under way is drawn on as it is written, and then it is a report', async (t) => {
  const half = Math.floor(state.events.length / 2);
  const file = await write('now', state.events.slice(0, half));
  const page = await open('/run/now/');
  await page.waitForSelector('body.ready');
  t.is(await page.locator('.outcome').innerText(), '● Under way');
  await page.locator('.news-line').first().waitFor();
  const end = page.locator('.chart svg.axis').first();
  const before = await end.getAttribute('data-to');
  const lines = await page.locator('.news-line').count();
  const evidence = page.locator('#why details').first();
  await evidence.locator('summary').click();
  const more = Math.floor((half + state.events.length) / 2);
  await appendFile(file, state.events.slice(half, more).map(encodeEvent).join(''));
  await page.waitForFunction(
    (was) => document.querySelector('.chart svg.axis')?.getAttribute('data-to') !== was,
    before,
  );
  const last = state.events.slice(0, more).reduce((most, { at }) => Math.max(most, at), 0);
  t.is(await end.getAttribute('data-to'), String(Math.ceil(last)));
  t.true((await page.locator('.news-line').count()) > lines);
  t.not(await evidence.getAttribute('open'), null, 'what was unfolded stays so');
  t.regex(await page.locator('.live-state').innerText(), /^Under way: /);
  await appendFile(file, state.events.slice(more).map(encodeEvent).join(''));
  await page.waitForSelector('[data-outcome]');
  t.is(await page.locator('.live').count(), 0);
  t.is(await page.locator('[data-lost]').count(), judge(state.events).api.failed);
});

for (const [name, width] of [
  ['a desk', 1280],
  ['a phone', 400],
] as const) {
  test.serial(`pages fit the window of ${name}`, async (t) => {
    for (const path of [
      '/',
      '/run/guide/',
      `/compare?run=guide&run=${encodeURIComponent(HOSTILE)}`,
    ]) {
      const page = await open(path);
      await page.setViewportSize({ width, height: 800 });
      t.true((await page.evaluate(() => document.documentElement.scrollWidth)) <= width, path);
    }
  });
}
