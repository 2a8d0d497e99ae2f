import type { Side } from '../../release/release.ts';
import type { ScopedConfig } from '../../scenario/config.ts';
import { patchOf, corpusScenario, type Corpus, type Harmless } from './corpus.ts';

/** One run of the gate over patches or options, and its expected result. */
export interface Trial {
  readonly name: string;
  readonly class: string;
  /** The scenario's name. */
  readonly run: string;
  /** The scenario's path. */
  readonly scenario: string;
  readonly side: Side;
  /** Absolute paths, in order. */
  readonly patches: readonly string[];
  /** The same, for the packages beneath them on both sides. */
  readonly beneath: readonly string[];
  /** Options of the configuration that override the scenario's. */
  readonly configFor: readonly ScopedConfig[];
  /** `undefined`: the run must pass. */
  readonly expected: { readonly clauses: readonly string[]; readonly cause: RegExp } | undefined;
}

/** The roll that tests every clause that a harmless change could break. */
const HARMLESS_RUN = 'rolling';

/**
 * One run per mutant. Harmless changes share one run, because if a run passes with all of them, it
 * passes with each. With `singly` each has its own run, to find the one that does not pass.
 */
export function trialsOf(
  corpus: Corpus,
  { singly }: { readonly singly: boolean },
): readonly Trial[] {
  const { mutants, harmless, beneath } = corpus;
  const groups = singly || harmless.length < 2 ? harmless.map((one) => [one]) : [harmless];
  return [
    ...mutants.map(({ name, class: kind, run, side, configFor, clauses, cause }): Trial => {
      return {
        name,
        class: kind,
        run,
        scenario: corpusScenario(corpus, run),
        side,
        patches: configFor === undefined ? [patchOf(corpus, name)] : [],
        beneath,
        configFor: configFor ?? [],
        expected: { clauses, cause },
      };
    }),
    ...groups.map((group): Trial => {
      const [first] = group;
      return {
        name: group.length === 1 && first !== undefined ? first.name : `${group.length} harmless`,
        class: 'harmless',
        run: HARMLESS_RUN,
        scenario: corpusScenario(corpus, HARMLESS_RUN),
        side: 'target',
        patches: inOrder(group).map((patch) => patchOf(corpus, patch)),
        beneath,
        configFor: [],
        expected: undefined,
      };
    }),
  ];
}

/** Each once, after those that it builds on. */
function inOrder(group: readonly Harmless[]): readonly string[] {
  return [...new Set(group.flatMap(({ name, after }) => [...after, name]))];
}
