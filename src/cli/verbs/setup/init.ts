import { resolve } from 'node:path';
import { Option } from '@commander-js/extra-typings';
import { RollgateError } from '../../../errors.ts';
import { kindAt, withHome } from '../../../files/path.ts';
import { packageVersion } from '../../../package-version.ts';
import type { CliContext } from '../../context.ts';
import {
  CI_FILES,
  CI_SYSTEMS,
  RUNNER_CONFIGURATIONS,
  SCENARIO,
  TESTS,
  runnerTitle,
  zuulConfiguration,
  type CiSystem,
} from '../../init/files.ts';
import {
  runnerConfiguration,
  detectRunner,
  PACKAGE_OF,
  readPackage,
  RUNNERS,
  START,
  type Package,
  type Runner,
} from '../../init/runner.ts';
import { copyTemplate, ignoreLarge, testForAnother, type WrittenFile } from '../../init/write.ts';
import { emptyPath } from '../../options/out.ts';
import type { Program } from '../verb.ts';

/** `rollgate init`: an upgrade test in the user's own project. */
export function addInit(program: Program, context: CliContext): void {
  program
    .command('init')
    .description('add a scenario, a test and their configuration to a project; overwrites nothing')
    .argument('[dir]', 'the project', '.')
    .addOption(
      new Option(
        '--runner <name>',
        'the test runner. Default: the one in package.json, else node-test',
      ).choices(RUNNERS),
    )
    .addOption(new Option('--ci <system>', 'write a CI job too').choices(CI_SYSTEMS))
    .option('--json', 'print JSON: an array of {file, state, note}')
    .action(async (directory, { runner, ci, json }) => {
      if (directory.trim() === '') throw emptyPath('[dir]');
      const folder = resolve(withHome(directory));
      checkFolder(folder);
      const project = await readPackage(folder);
      const chosen = runner ?? detectRunner(project);
      const written = await writeFiles(folder, chosen, project, ci);
      context.stdout(
        json === true
          ? JSON.stringify(written, null, 2)
          : [...written.map(line), '', ...nextSteps(chosen, project, ci)].join('\n'),
      );
    });
}

/** @throws RollgateError `no-folder`: a misspelt path must not become a project. */
function checkFolder(folder: string): void {
  if (kindAt(folder) === 'folder') return;
  throw new RollgateError('no-folder', `there is no folder ${folder}`, {
    kind: 'usage',
    hint: 'Make it first, or change to the project and leave the argument out.',
  });
}

async function writeFiles(
  folder: string,
  runner: Runner,
  project: Package | undefined,
  ci: CiSystem | undefined,
): Promise<readonly WrittenFile[]> {
  const written = [await copyTemplate(SCENARIO, folder), await writeTest(folder, runner)];
  const configuration = RUNNER_CONFIGURATIONS[runner];
  if (configuration !== undefined) {
    const there = runnerConfiguration(runner, folder, project);
    written.push(
      there === undefined
        ? await copyTemplate(configuration, folder)
        : { file: there, state: 'kept', note: configuration.kept ?? 'it is there already' },
    );
  }
  written.push(await ignoreLarge(folder));
  if (ci === 'zuul') written.push(await copyTemplate(zuulConfiguration(folder), folder));
  for (const template of ci === undefined ? [] : CI_FILES[ci]) {
    written.push(await copyTemplate(template, folder));
  }
  return written;
}

async function writeTest(folder: string, runner: Runner): Promise<WrittenFile> {
  const other = await testForAnother(TESTS[runner], Object.values(TESTS), folder);
  const of = RUNNERS.find((name) => TESTS[name] === other);
  if (of === undefined) return copyTemplate(TESTS[runner], folder);
  const kept = `a test for ${runnerTitle(of)}; move it away, and init writes one for ${runnerTitle(runner)}`;
  return copyTemplate({ ...TESTS[runner], kept }, folder);
}

const STATES = {
  written: 'wrote',
  'added-to': 'added to',
  kept: 'kept',
} as const satisfies Record<WrittenFile['state'], string>;

function line({ file, state, note }: WrittenFile): string {
  return `${STATES[state].padEnd(8)}  ${file}: ${note}`;
}

function nextSteps(
  runner: Runner,
  project: Package | undefined,
  ci: CiSystem | undefined,
): readonly string[] {
  const installed = { ...project?.dependencies, ...project?.devDependencies };
  // Never by its bare name: rollgate is in no registry, so anyone could register that name.
  const missing = [
    ...('rollgate' in installed ? [] : [`./rollgate-${packageVersion()}.tgz`]),
    ...[PACKAGE_OF[runner]].filter((name) => name !== undefined && !(name in installed)),
  ];
  return [
    'Next:',
    ...('rollgate' in installed
      ? []
      : ['  # `npm pack` in a checkout of rollgate makes the package']),
    ...(missing.length === 0 ? [] : [`  npm install --save-dev ${missing.join(' ')}`]),
    '  npx rollgate doctor              # can this machine hold a lab?',
    '  npx rollgate plan upgrade.yaml   # prints the steps; starts nothing',
    '  npx rollgate run upgrade.yaml    # the upgrade, and a verdict',
    `  ${START[runner]}`,
    ...(ci === undefined ? [] : [CI_NOTES[ci]]),
  ];
}

const CI_NOTES = {
  github: 'The workflow runs `npm ci`: commit package.json and package-lock.json too.',
  gitlab: 'The job runs `npm ci`, and needs a privileged runner: see .gitlab/upgrade.yml.',
  zuul: 'The job’s node label is that of opendev.org: put your own there.',
} as const satisfies Record<CiSystem, string>;
