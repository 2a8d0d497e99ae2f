import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { execa } from 'execa';
import { pack } from '../../packaging/pack.ts';
import { outsideNpm } from './consumer.ts';

export const TUTORIALS = ['heat-developer', 'upgrade-test', 'ci-gate', 'gitlab', 'zuul'] as const;

/** Commands of a tutorial that are typed one after the other. */
interface Block {
  readonly commands: string;
  /** They start a lab, or continue with the files of an earlier one. */
  readonly lab: boolean;
  readonly status: number;
  /** Lines that they print; `…` stands for anything. */
  readonly printed: readonly string[];
}

/**
 * The commands of a page: ` ```sh `, ` ```sh lab ` where they need a lab, with the status behind it
 * where that is not 0. A ` ```text ` that follows has lines of what they print.
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
    blocks.push({ commands: text, lab: words.includes('lab'), status, printed: [] });
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
  { environment = {}, installed }: Given = {},
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
  for (const { commands, status, printed } of blocks) {
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
