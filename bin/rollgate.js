#!/usr/bin/env node
// Plain JavaScript for any Node from 18 on: rollgate itself needs Node 24, which `npm ci` brings
// along, but the command may well be started by an older one.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const REQUIRED_MAJOR = 24;

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const major = Number(process.versions.node.split('.')[0]);

if (major >= REQUIRED_MAJOR) {
  // A published package holds what the sources were built to: Node strips no types in node_modules.
  const entry = existsSync(here('../src/cli/main.ts'))
    ? '../src/cli/main.ts'
    : '../dist/cli/main.js';
  // Types are stripped once and not at every start: that halves the time to a plan.
  module.enableCompileCache();
  const { main } = await import(new URL(entry, import.meta.url));
  await main();
} else {
  const bundled = here('../node_modules/.bin/node');
  // Started again once already: then that Node is too old as well.
  if (existsSync(bundled) && !process.env.ROLLGATE_STARTED_AGAIN) startAgain(bundled);
  else {
    console.error(
      `error: rollgate needs Node ${REQUIRED_MAJOR} or newer, this is ${process.versions.node}; run \`npm ci\` in ${here('..')}, which brings one along`,
    );
    process.exitCode = 1;
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
