import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { RunEvent } from '../../src/events/event.ts';
import { renderHtml } from '../../src/report/html/report.ts';
import { judge } from '../../src/verdict/judge.ts';
import type { Verdict } from '../../src/verdict/schema/verdict.ts';
import { ensureChromium, launchChromium, savedRun } from './chromium.ts';

// The report in Debian's Chromium: no container is needed, but a machine on which it can be installed.
const state: {
  browser?: Browser;
  folder?: string;
  events: readonly RunEvent[];
  verdict?: Verdict;
  html: string;
} = { events: [], html: '' };

test.before(async (t) => {
  t.timeout(300_000);
  await ensureChromium();
  state.browser = await launchChromium();
  state.folder = await mkdtemp(join(tmpdir(), 'rollgate-browser-'));
  state.events = await savedRun();
  state.verdict = judge(state.events);
  state.html = renderHtml(state.events, state.verdict);
});

test.after.always(async () => {
  await state.browser?.close();
  if (state.folder !== undefined) await rm(state.folder, { recursive: true });
});

let serial = 0;
/** The reports' console messages, errors and network requests since the last test. */
const problems: string[] = [];

test.serial.afterEach.always(async (t) => {
  await Promise.all((state.browser?.contexts() ?? []).map((context) => context.close()));
  t.deepEqual(problems.splice(0), []);
});

/** Opens a report; whatever it says on the console, throws or asks from a network fails the test. */
async function open(html: string, options: BrowserContextOptions = {}): Promise<Page> {
  const { browser, folder } = state;
  if (browser === undefined || folder === undefined) throw new Error('no browser');
  serial += 1;
  const file = join(folder, `report-${serial}.html`);
  await writeFile(file, html);
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const url = pathToFileURL(file).href;
  page.on('console', (message) => problems.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => problems.push(`page error: ${error.message}`));
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== url) problems.push(`asked for ${request.url()}`);
  });
  await page.goto(url);
  if (options.javaScriptEnabled !== false) await page.waitForSelector('body.ready');
  return page;
}

function saved(): { readonly verdict: Verdict; readonly html: string } {
  if (state.verdict === undefined) throw new Error('no verdict');
  return { verdict: state.verdict, html: state.html };
}

/** The window that every drawing shows; one entry where they agree. */
function windowsOf(page: Page): Promise<string[]> {
  return page.$$eval('.chart svg.lanes', (drawings) => [
    ...new Set(
      drawings.map((one) => `${one.getAttribute('data-from')} ${one.getAttribute('data-to')}`),
    ),
  ]);
}

/** Where the lanes are: to the right of their names. */
async function chartOf(page: Page): Promise<{ left: number; top: number; width: number }> {
  await page.locator('.chart').scrollIntoViewIfNeeded();
  const box = await page.locator('svg[data-group="services"]').boundingBox();
  if (box === null) throw new Error('the chart is not there');
  return { left: box.x + 160, top: box.y + 30, width: box.width - 180 };
}

test.serial(
  'a saved run’s report is under 2 MB, and the same to the byte when drawn again',
  (t) => {
    const { verdict, html } = saved();
    t.true(Buffer.byteLength(html) < 2_000_000);
    t.is(renderHtml(state.events, verdict), html);
  },
);

for (const [name, javaScriptEnabled] of [
  ['with a script', true],
  ['without a script', false],
] as const) {
  test.serial(`every mark is there ${name}`, async (t) => {
    const { verdict, html } = saved();
    const page = await open(html, { javaScriptEnabled });
    for (const node of ['node1', 'node2']) {
      for (const band of ['base', 'swapping', 'target']) {
        const marks = page.locator(`[data-lane="${node}/heat-engine"][data-band="${band}"]`);
        t.true((await marks.count()) > 0, `${node} ${band}`);
        t.true(((await marks.first().boundingBox())?.width ?? 0) > 0, `${node} ${band} is seen`);
      }
    }
    const lost = state.events.filter(
      (event) => event.type === 'request' && event.outcome !== 'served',
    );
    t.is(await page.locator('[data-lost]').count(), lost.length);
    t.is(await page.locator('[data-disruption]').count(), verdict.api.disruptions.length);
    t.is(await page.locator('[data-stack][data-outcome="stuck"]').count(), verdict.stacks.stuck);
    t.is(await page.locator('[data-stack]').count(), verdict.stacks.accepted);
    t.is(await page.locator('[data-queue]').count(), 2);
    t.true(((await page.locator('[data-line="median"]').boundingBox())?.width ?? 0) > 500);
    t.true(verdict.stacks.stuck > 0 && lost.length > 0, 'the saved run has what is looked for');
  });
}

test.serial('the first screen says what broke, when, where and why', async (t) => {
  const { verdict, html } = saved();
  const page = await open(html);
  const seen = await page.evaluate(() =>
    [
      ...document.querySelectorAll(
        'h1, .outcome, .cause:not(details .cause) h3, .cause:not(details .cause) dd',
      ),
    ]
      .filter((one) => one.getBoundingClientRect().bottom <= innerHeight)
      .map((one) => one.textContent)
      .join('\n'),
  );
  const [cause] = verdict.causes;
  if (cause === undefined) throw new Error('no cause');
  for (const part of [
    'Failed',
    `${verdict.stacks.stuck} of ${verdict.stacks.accepted} stacks stuck`,
    `${verdict.api.failed} of ${verdict.api.requests} requests lost`,
    `${cause.count} stacks stuck`,
    `from ${(cause.firstAt / 1000).toFixed(1)} s`,
    `in step ${cause.step} ${cause.stepName}`,
    `${cause.node}: ${cause.service} ${cause.version}`,
    cause.title,
  ]) {
    t.true(seen.includes(part), `${part}\nis not in\n${seen}`);
  }
});

test.serial('a click on a disruption shows its step, node, cause and log lines', async (t) => {
  const { verdict, html } = saved();
  const page = await open(html);
  const index = verdict.api.disruptions.findIndex(({ node }) => node !== null);
  const disruption = verdict.api.disruptions[index];
  if (disruption === undefined) throw new Error('no disruption');
  await page.locator(`[data-disruption="${index + 1}"] rect`).click();
  const drawer = page.locator('.drawer');
  await drawer.waitFor({ state: 'visible' });
  const fact = (name: string) => drawer.locator(`[data-fact="${name}"]`).innerText();
  const step = verdict.steps.find(({ id }) => id === disruption.step);
  t.is(await fact('step'), `${step?.id} ${step?.name}`);
  t.true((await fact('node')).startsWith(String(disruption.node)));
  t.is(await fact('cause'), disruption.cause);
  t.regex(await fact('lost'), /req-[0-9a-f-]{36}/);
  t.regex(await fact('log'), new RegExp(`${disruption.node}/heat-`));
  await page.keyboard.press('Escape');
  t.true(await drawer.isHidden());
});

test.serial(
  'zoom and reset move the axis of all lanes, by mouse, wheel, keys and buttons',
  async (t) => {
    const page = await open(saved().html);
    const whole = await windowsOf(page);
    t.is(whole.length, 1);
    const moved = async (how: string): Promise<void> => {
      await page.waitForFunction(
        (before) => document.querySelector('.chart svg.axis')?.getAttribute('data-to') !== before,
        whole[0]?.split(' ')[1],
      );
      const now = await windowsOf(page);
      t.is(now.length, 1, how);
      t.notDeepEqual(now, whole, how);
      await page.keyboard.press('0');
      await page.waitForFunction(
        (before) => document.querySelector('.chart svg.axis')?.getAttribute('data-to') === before,
        whole[0]?.split(' ')[1],
      );
      t.deepEqual(await windowsOf(page), whole, `reset after ${how}`);
    };
    await page.locator('.chart').focus();
    await page.keyboard.press('+');
    await moved('a key');
    const { left, top, width } = await chartOf(page);
    await page.mouse.move(left + width * 0.2, top);
    await page.mouse.down();
    await page.mouse.move(left + width * 0.4, top, { steps: 4 });
    await page.mouse.up();
    await moved('a drag');
    await page.keyboard.down('Control');
    await page.mouse.move(left + width * 0.3, top);
    await page.mouse.wheel(0, -300);
    await page.keyboard.up('Control');
    await moved('the wheel');
    await page.locator('[data-zoom="in"]').click();
    await page.locator('.chart').focus();
    await moved('a button');
  },
);

test.serial('the cross-hair shows every lane’s values at one instant', async (t) => {
  const { html } = saved();
  const page = await open(html);
  const { left, top, width } = await chartOf(page);
  await page.mouse.move(left + width * 0.25, top);
  const tooltip = page.locator('.tooltip');
  await tooltip.waitFor({ state: 'visible' });
  const text = await tooltip.innerText();
  for (const label of [
    'Plan',
    'node1/heat-api',
    'node2/heat-engine',
    'list, new',
    'response time',
    'vhost heat',
    'stacks',
    'harness late',
  ]) {
    t.true(text.includes(label), `${label} is not in\n${text}`);
  }
  const height = async (selector: string) =>
    (await page.locator(selector).boundingBox())?.height ?? 0;
  t.is(await height('.cross-hair'), await height('.chart'));
});

const LOOKS: readonly (readonly [string, BrowserContextOptions])[] = [
  ['in the dark', { colorScheme: 'dark' }],
  ['on a phone', { viewport: { width: 360, height: 800 }, isMobile: true, hasTouch: true }],
  ['on a tablet', { viewport: { width: 800, height: 1100 } }],
];
for (const [name, options] of LOOKS) {
  test.serial(`it fits its window ${name}, and is legible`, async (t) => {
    const page = await open(saved().html, options);
    const looks = await page.evaluate(() => {
      const luminance = (color: string): number => {
        const [r = 0, g = 0, b = 0] = (/\d+, \d+, \d+/.exec(color)?.[0] ?? '')
          .split(', ')
          .map((part) => {
            const share = Number(part) / 255;
            return share <= 0.039_28 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
          });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const { color, backgroundColor } = getComputedStyle(document.body);
      const [light = 0, dark = 0] = [luminance(color), luminance(backgroundColor)].sort(
        (a, b) => b - a,
      );
      return {
        scroll: document.documentElement.scrollWidth,
        paper: luminance(backgroundColor),
        contrast: (light + 0.05) / (dark + 0.05),
      };
    });
    // Not `innerWidth`: a phone shows a page that is too wide smaller.
    t.true(looks.scroll <= (options.viewport?.width ?? 1280), `${looks.scroll} pixels wide`);
    t.true(looks.contrast > 10);
    t.is(looks.paper < 0.05, options.colorScheme === 'dark');
  });
}

test.serial('on paper it is light, everything is folded out, and nothing is cut off', async (t) => {
  const page = await open(saved().html, { colorScheme: 'dark' });
  await page.locator('[data-zoom="in"]').click();
  await page.emulateMedia({ media: 'print' });
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  const paper = await page.evaluate(() => ({
    background: getComputedStyle(document.body).backgroundColor,
    folded: [...document.querySelectorAll('details > :not(summary)')].filter(
      (one) => !one.checkVisibility(),
    ).length,
    cut: [...document.querySelectorAll('.chart svg.lanes')].filter(
      (one) => one.getBoundingClientRect().right > document.documentElement.clientWidth,
    ).length,
  }));
  t.deepEqual(paper, { background: 'rgb(255, 255, 255)', folded: 0, cut: 0 });
  t.regex((await windowsOf(page)).join(), /^0 /);
});

test.serial('text from outside stays text', async (t) => {
  const hostile = `</script><script>window.pwned = 1</script><img src="x" onerror="window.pwned = 1">`;
  const poisoned = state.events.map((event): RunEvent => {
    if (event.type === 'log-finding') return { ...event, title: hostile, sample: hostile };
    if (event.type === 'operation-accepted' || event.type === 'operation-settled') {
      return { ...event, object: `${event.object}${hostile}` };
    }
    if (event.type === 'request' && event.outcome !== 'served') {
      return { ...event, detail: hostile };
    }
    if (event.type === 'run-started') {
      return {
        ...event,
        scenario: hostile,
        stages: event.stages.map((stage) => ({
          name: `${stage.name}${hostile}`,
          steps: stage.steps.map((step) => ({ ...step, name: `${step.name}${hostile}` })),
        })),
      };
    }
    return event;
  });
  const page = await open(renderHtml(poisoned, judge(poisoned)));
  await page.locator('[data-disruption] rect').first().click();
  const { left, top, width } = await chartOf(page);
  await page.mouse.move(left + width * 0.1, top);
  await page.locator('.tooltip').waitFor({ state: 'visible' });
  t.true((await page.locator('.tooltip').innerText()).includes(hostile));
  t.true((await page.locator('.drawer').innerText()).includes('onerror'));
  t.is(await page.evaluate(() => Reflect.get(window, 'pwned') as unknown), undefined);
  t.is(await page.locator('img').count(), 0);
});
