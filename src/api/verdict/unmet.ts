import { join } from 'node:path';
import { RollgateError } from '../../errors.ts';
import { RUN_FOLDER } from '../../run-folder.ts';
import { plain } from '../../text/plain.ts';
import type { Cause } from '../../verdict/schema/verdict.ts';
import type { VerdictCheck } from './checks.ts';
import type { Judged } from './judged.ts';

const MOST_CAUSES = 3;

/**
 * The error of every assertion, matcher and check of a verdict. A test runner shows only its
 * message. So the message has the expectation, the first evidence, the causes, the path of the
 * report and the command that repeats the run.
 */
export function unmet(check: VerdictCheck, run: Judged): RollgateError {
  return new RollgateError('verdict-unmet', describeUnmet(check, run));
}

export function describeUnmet(
  { status, expected, found, causes }: VerdictCheck,
  { verdict, directory }: Judged,
): string {
  const { base, target, choreography, topology, seed } = verdict;
  const lines = [
    status === 'not-measured' ? `not measured: ${expected}` : `expected: ${expected}`,
    ...entry('found', found),
    ...entry(
      'run',
      `${base.series} → ${target.series}, ${choreography} on ${topology}, seed ${seed}`,
    ),
    ...causes
      .slice(0, MOST_CAUSES)
      .flatMap((cause, index) => entry(index === 0 ? 'cause' : '', causeInWords(cause))),
    ...(causes.length > MOST_CAUSES
      ? entry('', `and ${causes.length - MOST_CAUSES} more in the report`)
      : []),
    ...(directory === undefined
      ? []
      : [
          ...entry('report', join(directory, RUN_FOLDER.report)),
          ...entry('again', `npx rollgate repro ${directory}`),
        ]),
  ];
  return lines.join('\n');
}

function entry(about: string, text: string): readonly string[] {
  return [`  ${about.padEnd(8)} ${plain(text)}`];
}

function causeInWords({ count, unit, title, nodes, step, stepName }: Cause): string {
  const units = count === 1 ? unit.replace(/s$/, '') : unit;
  const on = nodes.length === 0 ? '' : `, on ${nodes.join(' and ')}`;
  const when = step === null ? '' : `, from step ${step} ${stepName ?? ''}`.trimEnd();
  return `${count} ${units}: ${title}${on}${when}`;
}
