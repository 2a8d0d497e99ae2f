import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { ExecutionContext } from 'ava';
import { execa } from 'execa';
import { pack } from '../../packaging/pack.ts';
import { outsideNpm } from './consumer.ts';

export const TUTORIALS = ['heat-developer', 'upgrade-test', 'ci-gate', 'gitlab', 'zuul'] as const;

/**
 * What commands need. `lab`: they start one. `run`: they read the folder that a lab left. `images`:
 * they look into an image.
 */
const NEEDS = ['nothing', 'images', 'run', 'lab'] as const;
type Need = (typeof NEEDS)[number];

/** Commands of a tutorial that are typed one after the other. */
interface Block {
  readonly commands: string;
  readonly needs: Need;
  readonly status: number;
  /** Lines that they print; `…` stands for anything. */
  readonly printed: readonly string[];
}

/**
 * The commands of a page: ` ```sh `, ` ```sh lab ` where they need a lab, with the status behind it
 * where that is not 0. A ` ```text ` that follows has lines of what they print.
 *
 * @throws Error for another word.
 */
export function blocksOf(page: string): readonly Block[] {
  const blocks: Block[] = [];
  for (const [, info = '', text = ''] of page.matchAll(/^```(.*)\n([^]*?)^```$/gm)) {
    const [language, ...words] = info.split(' ');
    const last = blocks.at(-1);
    if (language === 'text' && last !== undefined) {
      blocks[blocks.length - 1] = { ...last, printed: [...last.printed, ...linesOf(text)] };
    }
    if (language !== 'sh') continue;
    const status = Number(words.find((word) => /^\d+$/.test(word)) ?? 0);
    const need = words.find((word) => !/^\d+$/.test(word)) ?? 'nothing';
    const needs = NEEDS.find((one) => one === need);
    if (needs === undefined) throw new Error(`a tutorial has commands that need ${need}`);
    blocks.push({ commands: text, needs, status, printed: [] });
  }
  return blocks;
}

export async function tutorial(name: (typeof TUTORIALS)[number]): Promise<readonly Block[]> {
  return blocksOf(
    await readFile(new URL(`../../docs/tutorials/${name}.md`, import.meta.url), 'utf8'),
  );
}

/** Further settings for the commands of a tutorial. */
interface Given {
  readonly environment?: NodeJS.ProcessEnv;
  /** A project whose packages npm finds there when a page installs rollgate. Default: none. */
  readonly installed?: string;
  /** Commands that are left out. A run that they would leave behind is a saved one. Default: none. */
  readonly without?: readonly Need[];
}

/**
 * Types a tutorial's commands, in an empty folder outside of the tree, with a home that has the
 * package where the tutorial has it.
 *
 * @returns How many seconds the commands took, by their first line.
 */
export async function typed(
  t: ExecutionContext,
  blocks: readonly Block[],
  { environment = {}, installed, without = [] }: Given = {},
): Promise<readonly (readonly [string, number])[]> {
  const home = await mkdtemp(join(tmpdir(), 'rollgate-tutorial-'));
  t.teardown(() => rm(home, { recursive: true, force: true }));
  await mkdir(join(home, 'rollgate'));
  await symlink((await pack()).path, join(home, 'rollgate/rollgate-0.1.0.tgz'));
  const npm = await npmOf();
  const path = [
    ...(installed === undefined ? [] : [await npmThatFinds(installed, home)]),
    dirname(process.execPath),
    process.env['PATH'],
  ];
  const env = {
    ...outsideNpm(process.env),
    ...npm,
    ...environment,
    HOME: home,
    PATH: path.join(delimiter),
    CI: 'true',
  };
  let folder = home;
  const took: (readonly [string, number])[] = [];
  for (const { commands, needs, status, printed } of blocks) {
    if (without.includes(needs)) {
      await leaveRuns(commands, folder);
      continue;
    }
    const began = performance.now();
    const script = `set -e\n${commands}\necho "now in $PWD"\n`;
    const ended = await execa('bash', ['-c', script], {
      cwd: folder,
      env,
      extendEnv: false,
      all: true,
      reject: false,
    });
    const [first = ''] = commands.split('\n');
    took.push([first, Math.round((performance.now() - began) / 100) / 10]);
    t.is(ended.exitCode, status, `${commands}\n${ended.all}`);
    for (const line of printed) t.true(isPrinted(line, ended.all), `${line}\n\nin\n\n${ended.all}`);
    folder = /^now in (.*)$/m.exec(ended.all)?.[1] ?? folder;
  }
  return took;
}

/** Puts a saved run, with the requirement of the tutorials' own, where commands would leave theirs. */
async function leaveRuns(commands: string, folder: string): Promise<void> {
  const packed = await readFile(new URL('../browser/fixture/guide.ndjson.gz', import.meta.url));
  const saved = gunzipSync(packed)
    .toString()
    .replace(/"require":\[[^\]]*\]/, '"require":["supports-rolling-upgrade"]');
  for (const [, directory = ''] of commands.matchAll(/--out (\S+)/g)) {
    await mkdir(join(folder, directory), { recursive: true });
    await writeFile(join(folder, directory, 'events.ndjson'), saved);
  }
}

/**
 * A folder with an npm that begins with the packages of another project, by hard links. It is npm
 * that installs, with the page's arguments; it only has less to do.
 */
async function npmThatFinds(installed: string, home: string): Promise<string> {
  const folder = join(home, '.npm-that-finds');
  const script = `#!/bin/sh
if [ "$1" = install ] && [ ! -e node_modules ]; then
  cp -a --link '${installed}/node_modules' . 2>/dev/null || cp -a '${installed}/node_modules/.' node_modules
  cp -a --remove-destination '${installed}/node_modules/.package-lock.json' node_modules/
fi
PATH=\${PATH#*:} exec npm "$@"
`;
  await mkdir(folder);
  await writeFile(join(folder, 'npm'), script, { mode: 0o755 });
  return folder;
}

/** Another home has neither npm's cache nor its configuration. */
async function npmOf(): Promise<NodeJS.ProcessEnv> {
  const { stdout: npm_config_cache } = await execa('npm', ['config', 'get', 'cache']);
  const { stdout: npm_config_userconfig } = await execa('npm', ['config', 'get', 'userconfig']);
  return { npm_config_cache, npm_config_userconfig, npm_config_prefer_offline: 'true' };
}

const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');
const blanks = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** Whether a line is there that has these parts in this order. */
export function isPrinted(wanted: string, text: string): boolean {
  const parts = wanted.split('…').map(blanks);
  return text.split('\n').some((line) => {
    let rest = blanks(line);
    return parts.every((part) => {
      const at = rest.indexOf(part);
      rest = rest.slice(at + part.length);
      return at >= 0;
    });
  });
}
