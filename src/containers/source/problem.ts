import { z } from 'zod';
import { RollgateError } from '../../errors.ts';
import type { Overlay } from '../../release/overlay.ts';

/** What install-trees found that was not so in the image before. */
const problemSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('requirement'),
    name: z.string(),
    needs: z.string(),
    found: z.string().nullable(),
  }),
  z.object({ kind: z.enum(['entry-point', 'module']), name: z.string(), error: z.string() }),
]);
export type TreeProblem = z.output<typeof problemSchema>;

const MARK = 'rollgate-problem: ';

export function parseProblems(output: string): readonly TreeProblem[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith(MARK))
    .map((line) => problemSchema.parse(JSON.parse(line.slice(MARK.length))));
}

/** What would not start, told before anything is started. */
export function unfitTree(overlay: Overlay, problems: readonly TreeProblem[]): RollgateError {
  const { series, version } = overlay;
  return new RollgateError(
    'unfit-source',
    [`${version} does not fit the image of ${series}`, ...problems.map(inWords)].join('\n'),
    {
      kind: 'usage',
      hint: problems.some(({ kind }) => kind === 'requirement')
        ? 'Lay it over a newer release (--base-image), lay the missing package over it too (--with PACKAGE=PATH), or lower what requirements.txt asks for.'
        : 'These loaded before: mend them, or lay the tree over another release (--base-image).',
    },
  );
}

function inWords(problem: TreeProblem): string {
  if (problem.kind === 'requirement') {
    const { name, needs, found } = problem;
    return `${name} ${needs} is required; the image has ${found ?? 'none'}`;
  }
  const what = problem.kind === 'module' ? 'module' : 'entry point';
  return `${what} ${problem.name} does not load: ${problem.error}`;
}
