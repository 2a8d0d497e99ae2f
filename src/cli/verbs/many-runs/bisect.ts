import { join, resolve } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { RollgateError } from '../../../errors.ts';
import { EXIT } from '../../../exit.ts';
import { absolutePath } from '../../../files/path.ts';
import { bisect, type Bisected, type Tried } from '../../../hunts/bisect/bisect.ts';
import { git } from '../../../release/source/git.ts';
import { preparePlan } from '../../../runs/prepare.ts';
import type { Planning } from '../../../subject/registry.ts';
import { counted } from '../../../text/counted.ts';
import { shortened } from '../../../text/shortened.ts';
import type { CliContext } from '../../context.ts';
import { countIn } from '../../options/count.ts';
import { outOption, pathArgument } from '../../options/out.ts';
import { overridesOf, scenarioOptions } from '../../options/scenario/scenario.ts';
import { planningOf } from '../../options/subject.ts';
import { runOrKeep } from '../run/run-prepared.ts';
import type { Program } from '../verb.ts';
import { seriesFolder } from './series.ts';

/** `rollgate bisect`: the commit that broke the upgrade. */
export function addBisect(program: Program, context: CliContext): void {
  program
    .command('bisect')
    .description('find the commit that broke the upgrade: git bisect with one run per commit')
    .requiredOption(
      '--repo <path>',
      'the git repository; rollgate only reads it',
      pathArgument('--repo'),
    )
    .requiredOption('--good <ref>', 'a commit whose run passes')
    .requiredOption('--bad <ref>', 'a commit whose run fails')
    .option(
      '--cause <pattern>',
      'the cause to look for. Default: the worst cause of the bad commit',
    )
    .option('--passes <n>', 'number of runs that must pass before a commit is good', '1')
    .option('--retries <n>', 'number of repetitions of a run that is neither good nor bad', '1')
    .addOption(
      outOption(
        '--out <dir>',
        'folder of all runs; with the same folder an interrupted search goes on',
      ),
    )
    .option('--json', 'print the findings as JSON')
    .argument('[run...]', 'after --: scenario and options of `rollgate run`. Default: change')
    .action(async (run, options) => {
      const directory = resolve(options.out ?? seriesFolder('bisect'));
      const repository = absolutePath('.', options.repo);
      const given = runOptions(run, program);
      const planning = await planningOf(given, given.scenario);
      const found = await bisect({
        repository,
        good: options.good,
        bad: options.bad,
        cause: options.cause === undefined ? undefined : patternOf(options.cause),
        passes: countIn('--passes', options.passes),
        retries: options.retries === '0' ? 0 : countIn('--retries', options.retries),
        run: (commit, number) => {
          const folder = join(directory, `${commit.slice(0, 10)}-${number}`);
          const target = `git:${repository}@${commit}`;
          return runCommit({ target, given, planning }, folder, context);
        },
        onTried: (tried) => context.stderr(lineOf(tried)),
        onProgress: (text) => context.stderr(text),
      });
      context.stdout(
        options.json === true ? JSON.stringify(found, null, 2) : await describe(found, repository),
      );
      context.stderr(`every run is in ${directory}`);
      context.exit(found.first.length === 1 ? EXIT.proven : EXIT.requirementFailed);
    });
}

/** One run with a commit as its target. */
async function runCommit(
  {
    target,
    given: { scenario, overrides },
    planning,
  }: {
    readonly target: string;
    readonly given: ReturnType<typeof runOptions>;
    readonly planning: Planning;
  },
  directory: string,
  context: CliContext,
) {
  context.signal.throwIfAborted();
  const commit = { option: '--repo', path: ['target'], value: target };
  const prepared = await preparePlan({
    scenario,
    overrides: [...overrides, commit],
    ...planning,
  });
  return runOrKeep(prepared, { directory }, context);
}

/** The scenario and its overrides, as `rollgate run` takes them. */
function runOptions(args: readonly string[], program: Program) {
  // With the program's own way to print errors.
  const own = new Command('run').copyInheritedSettings(program).exitOverride();
  const command = scenarioOptions(own, { scenario: 'change' });
  command.parse(args, { from: 'user' });
  const options = command.opts();
  if (options.to !== undefined) {
    throw new RollgateError('invalid-option', '--to: the target is the commit that is tried', {
      kind: 'usage',
    });
  }
  const [scenario] = command.processedArgs;
  return { scenario, overrides: overridesOf(options), subject: options.subject };
}

function patternOf(text: string): RegExp {
  try {
    return new RegExp(text, 'i');
  } catch (cause) {
    throw new RollgateError(
      'invalid-option',
      `--cause ${shortened(text)}: not a regular expression`,
      {
        kind: 'usage',
        cause,
      },
    );
  }
}

function lineOf({ word, commit, subject, why, runs, seconds }: Tried): string {
  const took = runs === 0 ? '' : ` (${counted(runs, 'run')}, ${seconds.toFixed(0)} s)`;
  return `${word.padEnd(4)}  ${commit.slice(0, 10)} ${subject}: ${why}${took}`;
}

async function describe({ first, cause }: Bisected, repository: string): Promise<string> {
  const [one] = first;
  if (one === undefined || first.length > 1) {
    return ['Only skipped commits are left. The first bad one is one of:', ...first].join('\n');
  }
  const commit = await git(repository, 'show', '--stat', '--format=medium', one);
  return [`${one} is the first bad commit`, '', cause.title, cause.sample, '', commit].join('\n');
}
