import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { checkedYaml } from '../../document/checked-yaml.ts';
import { isPath } from '../../document/lab-files.ts';
import type { Problem } from '../../document/problem.ts';
import { absolutePath } from '../../files/path.ts';
import { MIB, readText } from '../../files/read.ts';

const release = z.string().min(1);
/** A YAML file may have `2025.1` without quotes, which is a number. */
const TEXT_PATHS = ['pairs.*.from', 'pairs.*.to', 'without.*.from', 'without.*.to'];
const names = z.array(z.string().min(1)).min(1);

/** The runs of `rollgate matrix`: every pair by every choreography on every topology. */
const matrixSchema = z.strictObject({
  /** The software under upgrade. Default: that of the scenario's file, otherwise heat. */
  subject: z.string().min(1).exactOptional(),
  /** The scenario that all runs share: a name in lab/scenarios or the path of a YAML file. */
  scenario: z.string().min(1).default('default'),
  pairs: z.array(z.strictObject({ from: release, to: release })).min(1),
  choreographies: names,
  /** Default: the scenario's. */
  topologies: names.exactOptional(),
  /** The number of runs of each, with consecutive seeds. */
  runs: z.int().min(1).max(100).default(1),
  /** Cells that are left out: those that match all given values. */
  without: z
    .array(
      z.strictObject({
        from: release.exactOptional(),
        to: release.exactOptional(),
        choreography: z.string().exactOptional(),
        topology: z.string().exactOptional(),
      }),
    )
    .default([]),
});

export type Matrix = Readonly<z.output<typeof matrixSchema>>;

/** One upgrade of a matrix. */
export interface MatrixUpgrade {
  readonly from: string;
  readonly to: string;
  readonly choreography: string;
  /** `undefined`: the scenario's. */
  readonly topology: string | undefined;
}

/** @throws RollgateError `invalid-matrix` with every problem's file, line and column. */
export async function readMatrix(file: string): Promise<Matrix> {
  const what = 'matrix file';
  const text = await readText(file, { what, code: 'invalid-matrix', limitBytes: MIB });
  const matrix = parseMatrix(text, file);
  // Paths are relative to their file, as in a scenario.
  const beside = (name: string): string =>
    isPath(name) ? absolutePath(resolve(dirname(file)), name) : name;
  return {
    ...matrix,
    scenario: beside(matrix.scenario),
    ...(matrix.topologies && { topologies: matrix.topologies.map(beside) }),
    without: matrix.without.map((pattern) =>
      pattern.topology === undefined ? pattern : { ...pattern, topology: beside(pattern.topology) },
    ),
  };
}

/** @throws RollgateError `invalid-matrix` with every problem's file, line and column. */
export function parseMatrix(text: string, file: string): Matrix {
  return checkedYaml(text, file, {
    schema: matrixSchema,
    code: 'invalid-matrix',
    hint: 'docs/matrix.md has an example.',
    textPaths: TEXT_PATHS,
    contradictions: exclusionProblems,
  });
}

/** The cells that are run, in the order of the file. */
export function cellsOf(matrix: Matrix): MatrixUpgrade[] {
  return allCells(matrix).filter((cell) => !matrix.without.some((pattern) => fits(cell, pattern)));
}

function allCells({ pairs, choreographies, topologies }: Matrix): MatrixUpgrade[] {
  return pairs.flatMap(({ from, to }) =>
    choreographies.flatMap((choreography) =>
      (topologies ?? [undefined]).map((topology) => ({ from, to, choreography, topology })),
    ),
  );
}

/**
 * An excluded item has to exist, because otherwise its name is probably misspelt. At least one run
 * has to remain.
 */
function exclusionProblems(matrix: Matrix): readonly Problem[] {
  const stray = matrix.without.flatMap((pattern, index): Problem[] => {
    if (allCells(matrix).some((cell) => fits(cell, pattern))) return [];
    return [{ path: ['without', index], message: 'fits no cell of the matrix', at: 'value' }];
  });
  return stray.length > 0 || cellsOf(matrix).length > 0
    ? stray
    : [{ path: ['without'], message: 'leaves no cell', at: 'value' }];
}

function fits(cell: MatrixUpgrade, pattern: Matrix['without'][number]): boolean {
  return (['from', 'to', 'choreography', 'topology'] as const).every(
    (key) => pattern[key] === undefined || pattern[key] === cell[key],
  );
}
