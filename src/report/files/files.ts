import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunEvent } from '../../events/event.ts';
import type { Verdict } from '../../verdict/schema/verdict.ts';
import { renderHtml } from '../html/report.ts';
import { renderJunit } from './junit.ts';

/** One file of a run's folder, drawn from its events and its verdict. */
export interface ReportWriter {
  readonly file: string;
  readonly render: (events: readonly RunEvent[], verdict: Verdict) => string;
}

const verdictJson: ReportWriter = {
  file: 'verdict.json',
  render: (_events, verdict) => `${JSON.stringify(verdict, null, 2)}\n`,
};

const reportHtml: ReportWriter = { file: 'report.html', render: renderHtml };

const junitXml: ReportWriter = { file: 'junit.xml', render: renderJunit };

/** Every report that a run leaves. */
export const REPORTS: readonly ReportWriter[] = [verdictJson, reportHtml, junitXml];

/**
 * Writes every report into a run's folder, which must exist. The same events and verdict give
 * the same bytes.
 *
 * @returns The files that were written.
 */
export async function writeReports(
  dir: string,
  events: readonly RunEvent[],
  verdict: Verdict,
): Promise<readonly string[]> {
  return Promise.all(
    REPORTS.map(async ({ file, render }) => {
      const path = join(dir, file);
      await writeFile(path, render(events, verdict));
      return path;
    }),
  );
}
