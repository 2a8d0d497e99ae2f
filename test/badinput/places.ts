import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeEvent } from '../../src/events/codec.ts';
import type { RunEvent } from '../../src/events/event.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { badRoll } from '../verdict/runs.ts';

/** The files of test/badinput/inputs. */
export const INPUTS = fileURLToPath(new URL('inputs', import.meta.url));

/** A scenario that is right, and what is wrong in it. */
export function scenarioWith(...lines: readonly string[]): string {
  const head = ['name: t', "base: '2025.1'", "target: '2026.1'", 'topology: 2x2', 'seed: 1'];
  return writtenAs('scenario.yaml', [...head, ...lines, ''].join('\n'));
}

/** A scenario over a topology with these nodes. */
export function topologyWith(...nodes: readonly string[]): string {
  return writtenAs('topology.yaml', ['name: t', 'nodes:', ...nodes, ''].join('\n'));
}

/** A new file with this content, in a separate folder. */
export function writtenAs(name: string, content: string | Uint8Array): string {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, content);
  return file;
}

/** A FIFO that no process writes to. */
export function fifo(name = 'fifo.yaml'): string {
  const file = join(temporaryFolder(), name);
  execFileSync('mkfifo', [file]);
  return file;
}

/** A run folder with these events. */
export function runFolder(events: readonly RunEvent[] = badRoll().events): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'events.ndjson'), events.map(encodeEvent).join(''));
  return folder;
}

/** A folder whose file of this name is something else. */
export function folderWith(name: string, what: 'directory' | 'fifo' | 'link'): string {
  const folder = runFolder();
  const path = join(folder, name);
  switch (what) {
    case 'directory':
      mkdirSync(path);
      break;
    case 'fifo':
      execFileSync('mkfifo', [path]);
      break;
    case 'link':
      symlinkSync(join(folder, 'mine'), path);
      writeFileSync(join(folder, 'mine'), 'mine');
      break;
  }
  return folder;
}
