import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { checkShape } from '../../document/describe-issue.ts';
import { parseYaml } from '../../document/document.ts';
import { LAB_DIRECTORY } from '../../document/lab-files.ts';
import { withNearest } from '../../document/nearest.ts';
import { listedFirst } from '../../document/problem.ts';
import { writtenProblem, formatWrittenProblem } from '../../document/written.ts';
import { RollgateError } from '../../errors.ts';
import { MIB, readText } from '../../files/read.ts';
import { scopedConfigSchema } from '../../scenario/config.ts';
import { defaultSubject, labFolder } from '../../subject/registry.ts';
import type { Subject } from '../../subject/subject.ts';
import { SIDES } from '../../words.ts';

const name = z.string().regex(/^[a-z0-9-]+$/);

const mutantSchema = z.strictObject({
  name,
  /** The kind of mistake. */
  class: z.string(),
  /** Its effect on an upgrade, in one line. */
  breaks: z.string(),
  /** The scenario that shows it, by its name in lab/mutants. */
  run: name,
  /** The patched side. */
  side: z.enum(SIDES).default('target'),
  /** Options of the configuration that are the bug, as in a scenario; then there is no patch. */
  configFor: z.array(scopedConfigSchema).min(1).exactOptional(),
  /** Clauses of the verdict; one of them must fail. */
  clauses: z.array(z.string()).min(1),
  /** A pattern that one of the verdict's reasons and causes must match. */
  cause: z.string().transform((pattern) => new RegExp(pattern, 'i')),
});

const harmlessSchema = z.strictObject({
  name,
  changes: z.string(),
  /** Patches to apply before it. */
  after: z.array(name).default([]),
});

const corpusSchema = z.strictObject({
  /** Patches over base and target of every run, by their paths in rollgate. */
  beneath: z.array(z.string()).default([]),
  mutants: z.array(mutantSchema),
  harmless: z.array(harmlessSchema),
});

/** A harmless change: the gate must not fail. */
export type Harmless = Readonly<z.output<typeof harmlessSchema>>;
export type Corpus = Readonly<z.output<typeof corpusSchema>> & {
  /** Its own, with `mutants.yaml`, scenarios and `patches`. */
  readonly folder: string;
};

/**
 * The corpus of a subject as shipped: `mutants/mutants.yaml` in the folder of its lab.
 *
 * @throws RollgateError `no-mutants` if the subject has none.
 */
export async function loadCorpus(subject: Subject = defaultSubject): Promise<Corpus> {
  const folder = join(labFolder(subject), 'mutants');
  const file = join(folder, 'mutants.yaml');
  if (!existsSync(file)) {
    throw new RollgateError('no-mutants', `${subject.shape.title} has no mutants yet`, {
      kind: 'usage',
      hint: 'See docs/mutants.md for the subjects that have.',
    });
  }
  const text = await readText(file, { what: 'list of mutants', limitBytes: MIB });
  const source = parseYaml(text, file);
  const { data, problems } = checkShape(corpusSchema, source.data);
  if (data !== undefined) {
    return {
      ...data,
      folder,
      beneath: data.beneath.map((path) => join(LAB_DIRECTORY, '..', path)),
    };
  }
  const lines = problems.map((problem) => formatWrittenProblem(writtenProblem(source, problem)));
  throw new RollgateError('broken-installation', listedFirst(lines).join('\n'), {
    hint: 'The file is a part of rollgate: install it again.',
  });
}

/** The absolute path of a patch. */
export function patchOf({ folder }: Pick<Corpus, 'folder'>, patch: string): string {
  return join(folder, 'patches', `${patch}.patch`);
}

/** The scenario that a mutant is run with, as a path. */
export function corpusScenario({ folder }: Pick<Corpus, 'folder'>, run: string): string {
  return join(folder, `${run}.yaml`);
}

/**
 * The named mutants; all if none was named.
 *
 * @throws RollgateError `unknown-mutant` with the nearest name.
 */
export function chosen(corpus: Corpus, names: readonly string[]): Corpus {
  if (names.length === 0) return corpus;
  const known = [...corpus.mutants, ...corpus.harmless].map((one) => one.name);
  for (const wanted of names) {
    if (known.includes(wanted)) continue;
    throw new RollgateError(
      'unknown-mutant',
      withNearest(`unknown mutant ${JSON.stringify(wanted)}`, wanted, known),
      { kind: 'usage', hint: '`rollgate mutants --list` names all.' },
    );
  }
  return {
    ...corpus,
    mutants: corpus.mutants.filter((one) => names.includes(one.name)),
    harmless: corpus.harmless.filter((one) => names.includes(one.name)),
  };
}
