import { RollgateError } from '../../errors.ts';
import { renderVerdict } from '../../report/terminal/summary/summary.ts';
import type { Verdict } from '../../verdict/schema/verdict.ts';
import { isVerdict } from './judged.ts';

/**
 * How `explain` writes a verdict.
 *
 * ```ts
 * import { explain, judge, readRun } from 'rollgate';
 *
 * const verdict = judge(await readRun('runs/nightly'));
 * console.log(explain(verdict, { width: 80, directory: 'runs/nightly' }));
 * ```
 */
export interface ExplainOptions {
  /** With the terminal's colors. Default: false. */
  readonly color?: boolean;
  /** Characters in a line. Default: 100. */
  readonly width?: number;
  /** The run's folder, which the text names for further reading. */
  readonly directory?: string;
}

/**
 * A verdict as one screen of text, as `rollgate run` prints it at its end.
 *
 * ```ts
 * import { explain, judge, readRun } from 'rollgate';
 *
 * console.log(explain(judge(await readRun('runs/nightly'))));
 * ```
 *
 * @throws RollgateError `no-verdict`.
 */
export function explain(verdict: Verdict, options: ExplainOptions = {}): string {
  if (!isVerdict(verdict)) {
    throw new RollgateError('no-verdict', 'explain: expected a verdict', {
      kind: 'usage',
      hint: 'Give the verdict of a run: explain(run.verdict).',
    });
  }
  return renderVerdict(verdict, { color: false, ...options });
}
