import { readFile } from 'node:fs/promises';
import { examplesIn } from '../../docs/reference/public-api.ts';

/** No engine answers there, and none may be installed: a test goes as far as a lab would start. */
export const NO_ENGINE = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };

const MODULES = { vitest: 'vitest', 'node-test': 'node:test', jest: '@jest/globals' } as const;

/** README's example as a test of this runner. Only AVA's is there. */
export async function readmeExample(runner: 'ava' | keyof typeof MODULES): Promise<string> {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const [example = ''] = examplesIn(readme);
  if (runner === 'ava') return example;
  return example
    .replace("import test from 'ava'", `import { test } from '${MODULES[runner]}'`)
    .replace('async (t) =>', 'async () =>')
    .replaceAll(/^ +t\..*\n/gm, '');
}
