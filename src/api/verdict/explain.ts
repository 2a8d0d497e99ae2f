import { renderVerdict } from '../../report/terminal/summary.ts';
import type { Verdict } from '../../verdict/schema/verdict.ts';

export interface ExplainOptions {
  /** With the terminal's colors. Default: false. */
  readonly color?: boolean;
  /** Characters in a line. Default: 100. */
  readonly width?: number;
  /** The run's folder: named as the place to read on. */
  readonly directory?: string;
}

/**
 * A verdict as one screen of text: what `rollgate run` prints at its end.
 *
 * ```ts
 * import { explain, judge, readRun } from 'rollgate';
 *
 * console.log(explain(judge(await readRun('runs/nightly'))));
 * ```
 */
export function explain(verdict: Verdict, options: ExplainOptions = {}): string {
  return renderVerdict(verdict, { color: false, ...options });
}
