import { z } from 'zod';
import { RollgateError } from '../../errors.ts';
import type { Overlay } from '../../release/overlay.ts';

/**
 * The same result for the image itself, without the tree. `absent`: the image lacks the module.
 */
const before = z.enum(['loaded', 'failed', 'absent']);
/** Why something does not load; `missing` is the module that Python did not find. */
const failure = { error: z.string(), missing: z.string().nullable(), before };

/** The output of `images/overlay/install-trees`. */
const problemSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('requirement'),
    name: z.string(),
    needs: z.string(),
    found: z.string().nullable(),
  }),
  z.object({
    kind: z.literal('entry-point'),
    group: z.string(),
    name: z.string(),
    value: z.string(),
    /** `services-if-there`: a service that also starts without it. */
    loadedBy: z.enum(['services', 'services-if-there', 'tools']),
    ...failure,
  }),
  z.object({ kind: z.literal('module'), name: z.string(), ...failure }),
  z.object({ kind: z.literal('late-import'), name: z.string(), files: z.array(z.string()).min(1) }),
]);
export type TreeProblem = z.output<typeof problemSchema>;
type EntryPoint = Extract<TreeProblem, { kind: 'entry-point' }>;

const MARK = 'rollgate-problem: ';

export function parseProblems(output: string): readonly TreeProblem[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith(MARK))
    .map((line) => problemSchema.parse(JSON.parse(line.slice(MARK.length))));
}

/** The consequence of a problem: the tree is refused, the output has a note, or neither. */
type Judgement = 'refuse' | 'note' | 'ignore';

/**
 * Whether a problem keeps the tree from being used. That is the case if a service of the lab has to
 * load it, and the image itself does not have the same fault.
 */
export function judgeProblem(problem: TreeProblem): Judgement {
  switch (problem.kind) {
    case 'requirement':
      // A missing package shows in modules that do not load; many requirements are never imported.
      return problem.found === null ? 'note' : 'refuse';
    case 'module':
      return problem.before === 'failed' ? 'ignore' : 'refuse';
    case 'entry-point':
      return judgeEntryPoint(problem);
    case 'late-import':
      return 'note';
    default:
      return problem satisfies never;
  }
}

function judgeEntryPoint({ loadedBy, missing, before: was }: EntryPoint): Judgement {
  if (was === 'failed') return 'ignore';
  switch (loadedBy) {
    case 'tools':
      return 'note';
    case 'services-if-there':
      // A new plugin whose library the image lacks. (An existing plugin without its library is
      // broken.)
      return was === 'absent' && missing !== null ? 'note' : 'refuse';
    case 'services':
      return 'refuse';
    default:
      return loadedBy satisfies never;
  }
}

/** Notes about a usable tree for a reader, one sentence each. */
export function notesOn(problems: readonly TreeProblem[]): readonly string[] {
  return problems.filter((one) => judgeProblem(one) === 'note').map(noted);
}

function noted(problem: TreeProblem): string {
  switch (problem.kind) {
    case 'requirement':
      return `requires ${problem.name}, which the image lacks; everything that a service loads does load`;
    case 'entry-point':
      return problem.loadedBy === 'services-if-there'
        ? `${inWords(problem)}; the service starts without it`
        : `${inWords(problem)}; no service of the lab loads it`;
    case 'late-import':
      return `${inWords(problem)}; a call of that code would fail in the lab`;
    case 'module':
      return inWords(problem);
    default:
      return problem satisfies never;
  }
}

/**
 * Refuses a tree that the lab's services could not load.
 *
 * @throws RollgateError `unfit-source` with each problem that keeps the tree from being used.
 */
export function checkFit(overlay: Overlay, problems: readonly TreeProblem[]): void {
  const { series, version } = overlay;
  const refused = problems.filter((one) => judgeProblem(one) === 'refuse');
  if (refused.length === 0) return;
  throw new RollgateError(
    'unfit-source',
    [`${version} does not fit the image of ${series}`, ...refusedInWords(refused)].join('\n'),
    { kind: 'usage', hint: hintFor(refused) },
  );
}

/**
 * One line for each reason, because a module that does not load also breaks all modules that import
 * it.
 */
function refusedInWords(refused: readonly TreeProblem[]): readonly string[] {
  const reasonOf = (problem: TreeProblem): string =>
    'error' in problem ? problem.error : inWords(problem);
  return [...Map.groupBy(refused, reasonOf).values()].flatMap(([first, ...more]) => {
    if (first === undefined) return [];
    const others = more.length === 0 ? '' : ` (${more.length} more do not load for this reason)`;
    return `${inWords(first)}${others}`;
  });
}

function hintFor(refused: readonly TreeProblem[]): string {
  if (refused.some(({ kind }) => kind === 'requirement')) {
    return 'Lay it over a newer release (--base-image), lay the missing package over it too (--with PACKAGE=PATH), or lower what requirements.txt asks for.';
  }
  const loadedBefore = refused.every((one) => 'before' in one && one.before === 'loaded');
  return loadedBefore
    ? 'The image loads these without the tree: mend them, or lay the tree over another release (--base-image).'
    : 'Mend them, lay the tree over another release (--base-image), or lay the missing package over it too (--with PACKAGE=PATH).';
}

function inWords(problem: TreeProblem): string {
  switch (problem.kind) {
    case 'requirement':
      return `${problem.name} ${problem.needs} is required; the image has ${problem.found ?? 'none'}`;
    case 'entry-point': {
      const { group, name, value } = problem;
      return `entry point ${group}: ${name} = ${value} does not load: ${problem.error}`;
    }
    case 'module':
      return `module ${problem.name} does not load: ${problem.error}`;
    case 'late-import': {
      const [first, ...more] = problem.files;
      const others = more.length === 0 ? '' : ` and ${more.length} more`;
      return `${first}${others} imports ${problem.name} when it is called, and the image lacks it`;
    }
    default:
      return problem satisfies never;
  }
}
