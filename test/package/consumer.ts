import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { execa } from 'execa';
import { pack } from '../../packaging/pack.ts';
import { withLock } from '../../src/containers/host/process-lock.ts';

/** How a command ended. */
export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  /** Absent where a signal ended it. */
  readonly exitCode: number | undefined;
}

/** A project outside the tree that has nothing but what it installs. */
export interface Consumer {
  readonly folder: string;
  write(file: string, text: string): Promise<void>;
  /** Runs one of the project's commands with its Node. Does not throw. */
  run(
    command: string,
    arguments_: readonly string[],
    environment?: NodeJS.ProcessEnv,
  ): Promise<Ended>;
}

const INSTALL = ['install', '--engine-strict', '--prefer-offline', '--no-audit', '--no-fund'];

/**
 * A project with rollgate, whose Node is the binary `node`. npm refuses what that Node is too old
 * for. Rollgate and its dependencies are installed once (see `installedRollgate`).
 *
 * @param packages What it has besides: names with versions.
 */
export async function installConsumer(
  node: string,
  packages: readonly string[] = [],
): Promise<Consumer> {
  const installed = await installedRollgate(node);
  const folder = await mkdtemp(join(tmpdir(), 'rollgate-consumer-'));
  await copyProject(installed, folder);
  const options = optionsFor(folder, node);
  await execa('npm', [...INSTALL, ...packages], options);
  return {
    folder,
    write: (file, text) => writeFile(join(folder, file), text),
    async run(command, arguments_, environment = {}) {
      const { stdout, stderr, exitCode } = await execa(command, arguments_, {
        ...options,
        env: { ...options.env, ...environment },
        reject: false,
      });
      return { stdout, stderr, exitCode };
    },
  };
}

/**
 * A project that installed rollgate from nothing, outside the tree: once for each package, since
 * that takes a fifth of a minute. Others are copies of it.
 */
export async function installedRollgate(node: string): Promise<string> {
  const { path, store } = await pack();
  const stored = join(store, 'installed');
  await withLock({ file: `${stored}.lock` }, async () => {
    if (existsSync(stored)) return;
    const folder = await mkdtemp(join(tmpdir(), 'rollgate-installed-'));
    await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
    await execa('npm', [...INSTALL, '--save-dev', path], optionsFor(folder, node));
    await rm(`${stored}.new`, { recursive: true, force: true });
    await mkdir(`${stored}.new`);
    await copyProject(folder, `${stored}.new`);
    await rm(folder, { recursive: true });
    await rename(`${stored}.new`, stored);
  });
  return stored;
}

/** The files of a project that npm writes into; it replaces all others. */
const REWRITTEN = ['package.json', 'package-lock.json', 'node_modules/.package-lock.json'];

/** Copies a project by hard links, except the files that npm writes into. */
async function copyProject(from: string, to: string): Promise<void> {
  const copy = (...options: readonly string[]) =>
    execa('cp', ['--archive', ...options], { cwd: from });
  const all = (...options: readonly string[]) => copy(...options, '.', to);
  // Temporary files may be on another file system.
  await all('--link').catch(() => all());
  for (const file of REWRITTEN) await copy('--remove-destination', file, join(to, file));
}

function optionsFor(folder: string, node: string) {
  const path = [join(folder, 'node_modules/.bin'), dirname(node), process.env['PATH']];
  return {
    cwd: folder,
    extendEnv: false,
    env: { ...outsideNpm(process.env), PATH: path.join(delimiter), CI: 'true' },
  } as const;
}

/** Without what npm, AVA and rollgate's own processes add: certificates and registries stay. */
export function outsideNpm(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const added = /^(npm_(?!config_)|NODE_(OPTIONS|COMPILE_CACHE|CHANNEL)|AVA|ROLLGATE_)/;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !added.test(name)));
}
