import { counted, number } from '../../../text/counted.ts';
import { unitInWords } from '../../../verdict/schema/noun.ts';
import type { Cause, Verdict } from '../../../verdict/schema/verdict.ts';
import { wrap, type Line } from '../../line.ts';
import { stateInWords } from '../../state-in-words.ts';
import { heading, firstLines } from './entry.ts';

const MOST_CAUSES = 4;
/** Lines of the first cause's title; the others have one. */
const MOST_TITLE_LINES = 2;
/** Lines of a cause's sample. */
const MOST_SAMPLE_LINES = 2;

/** The worst causes of a verdict, each with its place and a sample. */
export function causesOf(verdict: Verdict, width: number): readonly Line[] {
  const { causes, checks } = verdict;
  if (causes.length === 0) return [];
  // Failed checks use the lines of one cause.
  const most = checks.length === 0 ? MOST_CAUSES : MOST_CAUSES - 1;
  const rest = causes.length - most;
  return [
    [],
    heading('Causes'),
    ...causes
      .slice(0, most)
      .flatMap((cause, index) => causeLines(cause, index, { verdict, width })),
    ...(rest > 0
      ? [[{ text: `  and ${counted(rest, 'more cause')} in verdict.json` } as const]]
      : []),
  ];
}

function causeLines(
  cause: Cause,
  index: number,
  { verdict, width }: { readonly verdict: Verdict; readonly width: number },
): readonly Line[] {
  const worker = [cause.service, cause.version].filter((part) => part !== null).join(' ');
  const step = cause.step === null ? null : `from step ${cause.step} ${cause.stepName ?? ''}`;
  // The command at the summary's end names the first cause's victim.
  const victim = index === 0 || cause.victim === null ? null : `first ${cause.victim}`;
  const state = stateInWords(verdict, cause.step) ?? null;
  const where = [cause.nodes.join(' ') || null, worker || null, state, step, victim].filter(
    (part) => part !== null,
  );
  const count = `${number(cause.count)} ${unitInWords(cause, verdict.noun)}`;
  const [title = '', ...more] = firstLines(
    wrap(cause.title, width - INDENT.length - count.length - 2),
    index === 0 ? MOST_TITLE_LINES : 1,
  );
  return [
    [
      { text: `  ${index + 1}. ` },
      { text: count, style: cause.harm === 'log-only' ? 'warn' : 'bad' },
      { text: `  ${title}` },
    ],
    ...more.map((line) => [{ text: INDENT + line }]),
    [{ text: `${INDENT}${where.join(', ')}` }],
    ...firstLines(
      wrap(logMessage(cause.sample), width - INDENT.length),
      // The way to avoid it replaces a line of the sample.
      cause.avoidedBy === null ? MOST_SAMPLE_LINES : MOST_SAMPLE_LINES - 1,
    ).map((line): Line => [{ text: INDENT + line, style: 'faint' }]),
    ...(cause.avoidedBy === null
      ? []
      : [[{ text: `${INDENT}avoided by ${cause.avoidedBy}`, style: 'strong' } as const]]),
  ];
}

/** Below a cause's number. */
const INDENT = '     ';

/** A log line's message without the parts before it: time, process, level, logger, context. */
function logMessage(sample: string): string {
  return sample.replace(
    /^[^\n]{0,60}\b(?:CRITICAL|ERROR|WARNING|DEBUG)\s+\S+\s+(?:\[[^\]]*\]\s*)?/,
    '',
  );
}
