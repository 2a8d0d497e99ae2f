import { XMLBuilder } from 'fast-xml-parser';
import { plain } from '../../text/plain.ts';
import type { Verdict } from '../../verdict/schema/verdict.ts';

/** A run of a matrix, with its name in the table. */
export interface NamedVerdict {
  /** `2025.1 → 2026.1` */
  readonly pair: string;
  /** `guide on 2x2, seed 1` */
  readonly name: string;
  readonly verdict: Verdict;
}

/**
 * The runs of a matrix as JUnit's XML: a suite for each pair of releases, a case for each run. A run
 * that did not meet its requirements is a failure; one that the harness did not finish is an error.
 */
export function renderMatrixJunit(runs: readonly NamedVerdict[]): string {
  const suites = [...Map.groupBy(runs, ({ pair }) => pair)];
  const builder = new XMLBuilder({
    format: true,
    ignoreAttributes: false,
    suppressEmptyNode: true,
    suppressBooleanAttributes: false,
  });
  return builder.build({
    '?xml': { '@_version': '1.0', '@_encoding': 'UTF-8' },
    testsuites: {
      '@_name': 'rollgate matrix',
      ...counts(runs),
      testsuite: suites.map(([pair, own]) => ({
        '@_name': plain(pair),
        ...counts(own),
        testcase: own.map(({ name, verdict }) => ({
          '@_classname': plain(pair),
          '@_name': plain(name),
          '@_time': verdict.durationSeconds.toFixed(3),
          ...resultOf(verdict),
        })),
      })),
    },
  });
}

function resultOf({ outcome, reasons }: Verdict): Readonly<Record<string, unknown>> {
  const text = reasons.map((reason) => plain(reason)).join('\n');
  switch (outcome) {
    case 'passed':
      return {};
    case 'failed':
      return { failure: { '@_message': plain(reasons[0] ?? outcome), '#text': text } };
    case 'error':
      return { error: { '@_message': plain(reasons[0] ?? outcome), '#text': text } };
  }
}

function counts(runs: readonly NamedVerdict[]): Readonly<Record<string, string>> {
  const of = (outcome: Verdict['outcome']): string =>
    String(runs.filter(({ verdict }) => verdict.outcome === outcome).length);
  return { '@_tests': String(runs.length), '@_failures': of('failed'), '@_errors': of('error') };
}
