import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { RollgateError } from '../../src/errors.ts';
import {
  loadScenario,
  type LoadedScenario,
  type ScenarioContext,
} from '../../src/scenario/read-scenario.ts';
import { vocabulary } from './vocabulary.ts';

/** Files in a folder that is gone after the test. Returns the folder. */
export async function folderWith(
  t: ExecutionContext,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'rollgate-scenario-'));
  t.teardown(() => rm(directory, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  return directory;
}

export type Options = Partial<ScenarioContext>;

/** A scenario's text, loaded as from a file `s.yaml`. */
export async function load(
  t: ExecutionContext,
  text: string,
  options: Options = {},
): Promise<LoadedScenario> {
  const directory = await folderWith(t, { 's.yaml': text });
  return loadScenario(join(directory, 's.yaml'), { vocabulary, random: () => 0.5, ...options });
}

/** The problems found by loading a text: the lines of the message, without the folder's path. */
export async function problemsOf(
  t: ExecutionContext,
  text: string,
  options: Options = {},
): Promise<readonly string[]> {
  const error = await t.throwsAsync(load(t, text, options), { instanceOf: RollgateError });
  t.is(error.code, 'invalid-scenario');
  t.is(error.kind, 'usage');
  return error.message.split('\n').map((line) => line.replace(/^\/.*\/(?=s\.yaml)/, ''));
}
