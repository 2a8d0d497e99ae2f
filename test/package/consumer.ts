import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { execa } from 'execa';

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

/**
 * An empty project whose Node is the binary `node`, with these packages. npm refuses what that Node
 * is too old for.
 *
 * @param packages Tarballs, or names with versions.
 */
export async function installConsumer(
  node: string,
  packages: readonly string[],
): Promise<Consumer> {
  const folder = await mkdtemp(join(tmpdir(), 'rollgate-consumer-'));
  const path = [join(folder, 'node_modules/.bin'), dirname(node), process.env['PATH']];
  const options = {
    cwd: folder,
    extendEnv: false,
    env: { ...outsideNpm(process.env), PATH: path.join(delimiter), CI: 'true' },
  };
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  await execa(
    'npm',
    ['install', '--engine-strict', '--prefer-offline', '--no-audit', '--no-fund', ...packages],
    options,
  );
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

/** Without what npm, AVA and rollgate's own processes add: certificates and registries stay. */
export function outsideNpm(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const added = /^(npm_(?!config_)|NODE_(OPTIONS|COMPILE_CACHE|CHANNEL)|AVA|ROLLGATE_)/;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !added.test(name)));
}
