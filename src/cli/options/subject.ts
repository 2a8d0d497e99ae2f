import { Option } from '@commander-js/extra-typings';
import { z } from 'zod';
import { parseYaml } from '../../document/document.ts';
import { isPath, readLabFile } from '../../document/lab-files.ts';
import { kindAt, withHome } from '../../files/path.ts';
import {
  defaultSubject,
  planningFor,
  SUBJECT_NAMES,
  subjectNamed,
  type Planning,
} from '../../subject/registry.ts';
import type { Subject } from '../../subject/subject.ts';

/** Names the software under upgrade. */
export const subjectOption = () =>
  new Option(
    '--subject <name>',
    `the software under upgrade: ${SUBJECT_NAMES.join(', ')}. Default: the scenario file's, else ${defaultSubject.shape.name}`,
  );

/**
 * The subject that an option or a scenario's file names; otherwise the default one.
 *
 * @param scenario A name, or the path of a file.
 * @throws RollgateError `unknown-subject`.
 */
export async function chosenSubject(
  { subject }: { readonly subject?: string | undefined },
  scenario?: string,
): Promise<Subject> {
  const named = subject ?? (scenario === undefined ? undefined : await subjectIn(scenario));
  return named === undefined ? defaultSubject : subjectNamed(named);
}

/** The same as the vocabulary of a plan. @throws RollgateError `unknown-subject`. */
export async function planningOf(
  options: { readonly subject?: string | undefined },
  scenario?: string,
): Promise<Planning> {
  return planningFor(await chosenSubject(options, scenario));
}

const named = z.object({ subject: z.enum(SUBJECT_NAMES) });

/**
 * The subject that a scenario's file names. It skips a pipe, which can be read only once; the full
 * reading of the file reports its problems.
 */
async function subjectIn(scenario: string): Promise<string | undefined> {
  if (!isPath(scenario) || kindAt(withHome(scenario)) !== 'file') {
    return undefined;
  }
  const { text, file } = await readLabFile('scenario', scenario, {});
  const read = named.safeParse(parseYaml(text, file, ['subject']).data);
  return read.success ? read.data.subject : undefined;
}
