import { join } from 'node:path';
import { RollgateError } from '../../errors.ts';
import type { RunEvent } from '../../events/event.ts';
import { replaceFile } from '../../files/write.ts';
import { RUN_FOLDER } from '../../run-folder.ts';
import type { Verdict } from '../../verdict/schema/verdict.ts';
import { renderHtml } from '../html/report.ts';
import { renderJunit } from './junit.ts';
import { renderTrace } from './trace.ts';

/** One file of a run's folder, made from its events and its verdict. */
export interface ReportWriter {
  readonly file: string;
  readonly render: (events: readonly RunEvent[], verdict: Verdict) => string;
}

const verdictJson: ReportWriter = {
  file: RUN_FOLDER.verdict,
  render: (_events, verdict) => `${JSON.stringify(verdict, null, 2)}\n`,
};

const reportHtml: ReportWriter = { file: RUN_FOLDER.report, render: renderHtml };

const junitXml: ReportWriter = { file: RUN_FOLDER.junit, render: renderJunit };

/** Every report that a run leaves. */
export const REPORTS: readonly ReportWriter[] = [verdictJson, reportHtml, junitXml];

/** The trace of `--trace`. */
export const TRACE: ReportWriter = { file: 'trace.json', render: renderTrace };

/**
 * Writes reports into a run's folder, which must exist. The same events and verdict give the same
 * bytes. All are rendered before the first is written, and each replaces the previous one only when
 * it is complete.
 *
 * @returns The files that were written.
 * @throws RollgateError `unwritable-file`.
 */
export async function writeReports(
  dir: string,
  events: readonly RunEvent[],
  verdict: Verdict,
  writers: readonly ReportWriter[] = REPORTS,
): Promise<readonly string[]> {
  const drawn = writers.map(({ file, render }) => ({
    path: join(dir, file),
    content: render(events, verdict),
  }));
  for (const { path, content } of drawn) await replaceFile(path, content);
  return drawn.map(({ path }) => path);
}

/**
 * Writes reports if possible: a known verdict is shown even if its files cannot be written.
 *
 * @returns Why they could not be written, if so.
 */
export async function tryWriteReports(
  dir: string,
  events: readonly RunEvent[],
  verdict: Verdict,
  writers: readonly ReportWriter[] = REPORTS,
): Promise<RollgateError | undefined> {
  try {
    await writeReports(dir, events, verdict, writers);
    return undefined;
  } catch (error) {
    if (error instanceof RollgateError && error.code === 'unwritable-file') return error;
    throw error;
  }
}
