import { resolve } from 'node:path';
import { EXIT } from '../../../exit.ts';
import type { Assessment } from '../../../hunts/mutants/assess.ts';
import { chosen, loadCorpus, type Corpus } from '../../../hunts/mutants/corpus.ts';
import { runTrial } from '../../../hunts/mutants/run-trial.ts';
import { trialsOf } from '../../../hunts/mutants/trial.ts';
import { timeInName } from '../../../run-folder.ts';
import { planningFor } from '../../../subject/registry.ts';
import type { CliContext } from '../../context.ts';
import { outOption } from '../../options/out.ts';
import { chosenSubject, subjectOption } from '../../options/subject.ts';
import { table } from '../../table.ts';
import type { Program } from '../verb.ts';

/** `rollgate mutants`: whether the gate catches what it must. */
export function addMutants(program: Program, context: CliContext): void {
  program
    .command('mutants')
    .description('lay seeded upgrade bugs over a release and check that the gate catches each')
    .argument('[name...]', 'mutants and harmless changes. Default: all')
    .addOption(subjectOption())
    .option('--list', 'list mutants and harmless changes; run nothing')
    .option('--singly', 'one run per harmless change. Default: one run for all of them')
    .addOption(
      outOption('--out <dir>', 'parent folder of all runs. Default: a new one below runs/'),
    )
    .option('--json', 'print JSON: an array with the result of each')
    .action(async (names, { subject: named, list = false, singly = false, json = false, out }) => {
      const subject = await chosenSubject({ subject: named });
      const corpus = chosen(await loadCorpus(subject), names);
      if (list) {
        const { mutants, harmless } = corpus;
        context.stdout(
          json ? JSON.stringify({ mutants, harmless }, null, 2) : formatCorpus(corpus),
        );
        return;
      }
      const planning = await planningFor(subject);
      const directory = resolve(out ?? `runs/${timeInName()}-mutants`);
      const said: Assessment[] = [];
      for (const trial of trialsOf(corpus, { singly })) {
        context.stderr(`${trial.name}: ${trial.class}, ${trial.run}`);
        const { signal } = context;
        const onProgress = (line: string): void => context.stderr(`  ${line}`);
        const assessment = await runTrial(trial, { planning, directory, onProgress, signal });
        context.stderr(formatMatrix([assessment]));
        said.push(assessment);
      }
      context.stdout(json ? JSON.stringify(said, null, 2) : formatMatrix(said));
      context.exit(said.every(({ right }) => right) ? EXIT.proven : EXIT.requirementFailed);
    });
}

function formatCorpus({ mutants, harmless }: Corpus): string {
  return table([
    ['NAME', 'CLASS', 'RUN', 'WHAT IT DOES'],
    ...mutants.map(({ name, class: kind, run, breaks }) => [name, kind, run, breaks]),
    ...harmless.map(({ name, changes }) => [name, 'harmless', 'rolling', changes]),
  ]);
}

/** One line per trial. */
export function formatMatrix(said: readonly Assessment[]): string {
  return table([
    ['NAME', 'CLASS', 'RIGHT', 'OUTCOME', 'CLAUSE', 'CAUSE', 'SECONDS', 'SAID'],
    ...said.map((one) => [
      one.name,
      one.class,
      mark(one.right),
      one.outcome,
      mark(one.clauseRight),
      mark(one.causeRight),
      one.seconds.toFixed(0),
      [one.clauses.join(', '), one.cause ?? ''].filter(Boolean).join(': '),
    ]),
  ]);
}

function mark(right: boolean | null): string {
  if (right === null) return '-';
  return right ? 'yes' : 'NO';
}
