import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { chromium, type Browser } from 'playwright-core';
import { parseEvents } from '../../src/events/codec.ts';
import type { RunEvent } from '../../src/events/event.ts';
import { ensureProgram } from '../ensure-program.ts';

const CHROMIUM = '/usr/bin/chromium';

/** Debian's Chromium, installed if it is not there and can be. */
export async function ensureChromium(): Promise<void> {
  await ensureProgram(CHROMIUM, 'chromium');
}

/** A browser that sends no requests on its own account. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/**
 * A real run, as it was saved: the rolling upgrade from 2025.1 to 2026.1 in the guide's order.
 * Stacks got stuck and requests were lost.
 */
export async function savedRun(): Promise<RunEvent[]> {
  const file = new URL('fixture/guide.ndjson.gz', import.meta.url);
  const text = await promisify(gunzip)(await readFile(file));
  return parseEvents(text.toString(), file.pathname);
}
