import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { chromium, type Browser } from 'playwright-core';
import { canInstallPackages, installPackages } from '../../src/containers/host/debian-packages.ts';
import { parseEvents } from '../../src/events/codec.ts';
import type { RunEvent } from '../../src/events/event.ts';

const CHROMIUM = '/usr/bin/chromium';

/** Debian's Chromium, installed if it is not there and can be. */
export async function ensureChromium(): Promise<void> {
  if (existsSync(CHROMIUM)) return;
  if (!canInstallPackages()) {
    throw new Error(
      `${CHROMIUM} is missing, and only root can install it: apt-get install chromium`,
    );
  }
  await installPackages(['chromium']);
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
