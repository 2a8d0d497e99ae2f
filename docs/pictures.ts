import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { readRun } from '../src/events/codec.ts';
import { renderHtml } from '../src/report/html/report.ts';
import { judge } from '../src/verdict/judge.ts';
import { ensureChromium, launchChromium, savedRun } from '../test/browser/chromium.ts';

// Takes the pictures of docs/report.md: `npm run docs:pictures [-- FOLDER_OF_A_RUN]`, else of the
// run that the tests keep.
const PICTURES = fileURLToPath(new URL('pictures/', import.meta.url));
const [directory] = process.argv.slice(2);
const events = directory === undefined ? await savedRun() : await readRun(directory);

await ensureChromium();
const browser = await launchChromium();
const folder = await mkdtemp(join(tmpdir(), 'rollgate-pictures-'));
try {
  const file = join(folder, 'report.html');
  await writeFile(file, renderHtml(events, judge(events)));
  const open = async (colorScheme: 'light' | 'dark'): Promise<Page> => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme });
    await page.goto(pathToFileURL(file).href);
    await page.waitForSelector('body.ready');
    return page;
  };
  for (const scheme of ['light', 'dark'] as const) {
    const page = await open(scheme);
    await page.screenshot({ path: join(PICTURES, `report-${scheme}.png`) });
    await page.close();
  }
  const page = await open('light');
  // The losses of the first cause, and the axis above them.
  await page.locator('.cause [data-show]').first().click();
  await page.locator('[data-zoom="out"]').click();
  await page.locator('[data-zoom="out"]').click();
  await page.locator('#timeline').screenshot({ path: join(PICTURES, 'timeline.png') });
} finally {
  await browser.close();
  await rm(folder, { recursive: true });
}
