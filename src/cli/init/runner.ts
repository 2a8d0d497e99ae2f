import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { RollgateError } from '../../errors.ts';
import { MIB, readTextIfThere } from '../../files/read.ts';

/** The test runners for which `rollgate init` writes a test. */
export const RUNNERS = ['ava', 'vitest', 'node-test', 'jest'] as const;
export type Runner = (typeof RUNNERS)[number];

const dependencies = z.record(z.string(), z.string()).default({});

/** The keys of package.json that show the test runner and its configuration. */
const packageSchema = z.object({
  scripts: z.record(z.string(), z.string()).default({}),
  dependencies,
  devDependencies: dependencies,
  ava: z.unknown().optional(),
  jest: z.unknown().optional(),
});

export type Package = Readonly<z.output<typeof packageSchema>>;

/**
 * The project's package.json; `undefined` if there is none.
 *
 * @throws RollgateError `invalid-package` if it is not JSON.
 */
export async function readPackage(folder: string): Promise<Package | undefined> {
  const path = join(folder, 'package.json');
  const text = await readTextIfThere(path, { what: 'package.json', limitBytes: 4 * MIB });
  if (text === undefined) return undefined;
  try {
    return packageSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new RollgateError('invalid-package', `${path} is not a package.json that npm takes`, {
      kind: 'usage',
      hint: 'Correct it, or name the test runner: rollgate init --runner node-test',
      cause,
    });
  }
}

/**
 * The runner that `npm test` starts, otherwise a configured or installed one, otherwise Node's own.
 */
export function detectRunner(project: Package | undefined): Runner {
  if (project === undefined) return 'node-test';
  const script = project.scripts['test'] ?? '';
  const started = RUNNERS.find((runner) =>
    runner === 'node-test' ? /\bnode\b.*--test\b/.test(script) : wordIn(script, runner),
  );
  const installed = { ...project.dependencies, ...project.devDependencies };
  const configured = (['ava', 'jest'] as const).find((runner) => project[runner] !== undefined);
  return started ?? configured ?? RUNNERS.find((runner) => runner in installed) ?? 'node-test';
}

function wordIn(script: string, word: string): boolean {
  return script.split(/[^\w-]+/).includes(word);
}

/** How a project starts its runner. */
export const START: Readonly<Record<Runner, string>> = {
  ava: 'npx ava test/upgrade.test.mjs',
  vitest: 'npx vitest run test/upgrade.test.mjs',
  'node-test': 'node --test test/upgrade.test.mjs',
  // Jest loads ES modules only with this flag.
  jest: 'NODE_OPTIONS=--experimental-vm-modules npx jest test/upgrade.test.mjs',
};

/** The packages to install besides rollgate. */
export const PACKAGE_OF: Readonly<Record<Runner, string | undefined>> = {
  ava: 'ava',
  vitest: 'vitest',
  'node-test': undefined,
  jest: 'jest',
};

/**
 * The configuration files that a runner looks for: with two of them there is a conflict, or one is
 * ignored.
 */
const CONFIGURATIONS: Readonly<Record<Runner, readonly string[]>> = {
  ava: ['js', 'cjs', 'mjs'].map((type) => `ava.config.${type}`),
  vitest: ['vitest', 'vite'].flatMap((name) =>
    ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'].map((type) => `${name}.config.${type}`),
  ),
  'node-test': [],
  jest: ['js', 'ts', 'mjs', 'cjs', 'json'].map((type) => `jest.config.${type}`),
};

/** The project's existing configuration of its runner; `undefined` if there is none. */
export function runnerConfiguration(
  runner: Runner,
  folder: string,
  project: Package | undefined,
): string | undefined {
  const file = CONFIGURATIONS[runner].find((name) => existsSync(join(folder, name)));
  if (file !== undefined) return file;
  const key = runner === 'ava' || runner === 'jest' ? project?.[runner] : undefined;
  return key === undefined ? undefined : `package.json (${runner})`;
}
