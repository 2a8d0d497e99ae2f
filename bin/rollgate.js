#!/usr/bin/env node
// Plain JavaScript for any Node from 18 on, because an older Node than rollgate needs may start it.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmdirSync } from 'node:fs';
import module from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

// A checkout runs its sources, a package the built files, because Node strips no types in
// node_modules. The sources use `await using`, which needs a newer Node than the package.
const isCheckout = existsSync(here('../src/cli/main.ts'));
const entry = isCheckout ? '../src/cli/main.ts' : '../dist/cli/main.js';
const required = isCheckout ? '24' : packageEngine();
const bundled = here('../node_modules/.bin/node');

if (isAtLeast(process.versions.node, required)) {
  // Modules are compiled only once, not at every start, which halves the time to a plan.
  if (takesFiles(tmpdir())) module.enableCompileCache();
  const main = await load(new URL(entry, import.meta.url));
  await main();
} else if (isCheckout && existsSync(bundled) && !process.env.ROLLGATE_STARTED_AGAIN) {
  startAgain(bundled);
} else {
  // Already restarted once: then the included Node is too old as well.
  const remedy = isCheckout
    ? `run \`npm ci\` in ${here('..')}, which brings one along`
    : 'install a newer one, or run `npx --package node@24 rollgate …`, which brings one along';
  console.error(
    `error: rollgate needs Node ${required} or newer, and this is ${process.versions.node}; ${remedy}`,
  );
  process.exitCode = 1;
}

/** Node insists on its cache folder, and never ends if the folder cannot be made (/proc). */
function takesFiles(folder) {
  try {
    rmdirSync(mkdtempSync(join(folder, 'rollgate-')));
    return true;
  } catch {
    return false;
  }
}

/** The minimum version in package.json's `engines`: `22.22` of `>=22.22`. */
function packageEngine() {
  const { engines } = JSON.parse(readFileSync(here('../package.json'), 'utf8'));
  return engines.node.replace(/^>=/, '');
}

function isAtLeast(version, least) {
  const [major, minor] = version.split('.').map(Number);
  const [leastMajor, leastMinor = 0] = least.split('.').map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/** The command line, or a message if packages are not installed or files are missing. */
async function load(entry) {
  try {
    return (await import(entry)).main;
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    console.error(
      isCheckout
        ? `error: rollgate's packages are not installed; run \`npm ci\` in ${here('..')}`
        : `error: rollgate is not installed completely; install it again (\`npm ci\` where it is in a lock file)`,
    );
    process.exit(1);
  }
}

/** Runs the same command with another Node. The channel lets it see when this process is killed. */
function startAgain(node) {
  const child = spawn(node, process.argv.slice(1), {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, ROLLGATE_STARTED_AGAIN: '1' },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => child.kill(signal));
  }
  child.on('error', (error) => {
    console.error(`error: cannot start ${node}: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (status, signal) => process.exit(status ?? (signal === null ? 1 : 105)));
}
