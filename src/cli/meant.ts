import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isPath, listLabFiles } from '../document/lab-files.ts';
import { nearest } from '../document/nearest.ts';
import { RollgateError } from '../errors.ts';
import { CHOREOGRAPHY_NAMES } from '../plan/choreographies/registry.ts';
import { RUN_FOLDER } from '../run-folder.ts';
import { shortened } from '../text/shortened.ts';
import { EXAMPLES } from './examples.ts';

/** Verbs of other programs, and the equivalent verbs of rollgate. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  upgrade: 'run',
  test: 'run',
  gate: 'run',
  start: 'up',
  create: 'up',
  stop: 'down',
  destroy: 'down',
  delete: 'down',
  rm: 'down',
  ps: 'status',
  list: 'status',
  ls: 'status',
  ssh: 'shell',
  build: 'images build',
  check: 'doctor',
  install: 'doctor --fix',
  new: 'init',
  verdict: 'judge',
  version: '--version',
};

/** The verb that a user of another program probably means, if it is not a misspelling. */
export function meantBy([word = '']: readonly string[]): string | undefined {
  const verb = Object.hasOwn(OTHER_WORDS, word) ? OTHER_WORDS[word] : undefined;
  if (verb !== undefined) return `rollgate ${verb}`;
  if (isPath(word) || listLabFiles('scenario').includes(word)) return `rollgate run ${word}`;
  const option = optionFor(word);
  return option === undefined ? undefined : `rollgate run ${option} ${word}`;
}

/** An example of a verb whose argument is missing. */
export function exampleOf(args: readonly string[]): string | undefined {
  const words = args.filter((word) => !word.startsWith('-'));
  const [first, second] = words;
  const examples = EXAMPLES[`${first} ${second}`] ?? EXAMPLES[first ?? ''];
  const example = examples?.[0]?.[0];
  return example === undefined ? undefined : `For example: ${example}`;
}

/** The choice that is nearest to a misspelt one, from commander's message about it. */
export function meantChoice(message: string): string | undefined {
  const [, word = '', choices = ''] =
    /'([^']*)' is invalid\b[^]* Allowed choices are (.*)\.$/.exec(message) ?? [];
  const choice = nearest(word, choices.split(', '));
  return choice === undefined ? undefined : `Did you mean ${choice}?`;
}

/**
 * Refuses the name of something else as a scenario.
 *
 * @throws RollgateError `unknown-scenario` with the right option.
 */
export function checkScenarioName(name: string, verb: string): void {
  if (existsSync(join(name, RUN_FOLDER.events))) {
    throw new RollgateError(
      'unknown-scenario',
      `${shortened(name)} is the folder of a run, not a scenario`,
      { kind: 'usage', hint: `rollgate repro ${shortened(name)} repeats that run.` },
    );
  }
  if (isPath(name) || listLabFiles('scenario').includes(name)) return;
  const option = optionFor(name);
  const file = ['yaml', 'yml'].map((type) => `${name}.${type}`).find((one) => existsSync(one));
  const meant = option === undefined ? file : `${option} ${name}`;
  if (meant === undefined) return;
  const what = shortened(name);
  throw new RollgateError('unknown-scenario', `there is no scenario ${what}`, {
    kind: 'usage',
    hint: `rollgate ${verb} ${shortened(meant)}`,
  });
}

function optionFor(word: string): string | undefined {
  const choreographies: readonly string[] = CHOREOGRAPHY_NAMES;
  if (choreographies.includes(word)) return '--choreography';
  if (listLabFiles('topology').includes(word)) return '--topology';
  if (listLabFiles('deployer').includes(word)) return '--deployer';
  return /^\d{4}\.\d$|^(image|dir|git):/.test(word) ? '--to' : undefined;
}
