import type { Cause, Verdict } from '../../verdict/schema/verdict.ts';
import { seriesInWords, upgradeInWords } from '../upgrade-in-words.ts';
import { workflowCommand } from './workflow-command.ts';

/** GitHub shows ten annotations of a kind per step; the first one is the verdict's. */
const MOST_CAUSES = 9;

/** The verdict and its causes as annotations of a GitHub workflow's run, a line each. */
export function renderAnnotations(verdict: Verdict): readonly string[] {
  const { subject, watched, outcome, reasons, error, noise } = verdict;
  const pair = watched === null ? `${subject} ${seriesInWords(verdict)}` : upgradeInWords(verdict);
  const passed = outcome === 'passed';
  const why = [...reasons, ...(error?.hint ? [error.hint] : [])].join('\n');
  const harmful = verdict.causes.filter(({ harm }) => harm !== 'noise' && harm !== 'log-only');
  return [
    workflowCommand(passed ? 'notice' : 'error', { title: `rollgate ${outcome}: ${pair}` }, why),
    // A failed tag that was not required is still worth a look.
    ...harmful
      .slice(0, MOST_CAUSES)
      .map((cause) =>
        workflowCommand(passed ? 'warning' : 'error', { title: titleOf(cause) }, bodyOf(cause)),
      ),
    ...(noise.tooNoisy
      ? [workflowCommand('warning', { title: 'rollgate: too noisy to judge' }, noise.why ?? '')]
      : []),
  ];
}

function titleOf({ count, unit, title }: Cause): string {
  return `${count} ${count === 1 ? unit.replace(/s$/, '') : unit}: ${title}`;
}

function bodyOf(cause: Cause): string {
  return [whereOf(cause), cause.sample].filter((text) => text !== '').join('\n');
}

/** Nodes, service and version, step, if known. */
export function whereOf({ nodes, service, version, step, stepName }: Cause): string {
  const worker = [service, version].filter((part) => part !== null).join(' ');
  const at = step === null ? '' : `from step ${step} ${stepName ?? ''}`;
  return [nodes.join(' '), worker, at].filter((part) => part !== '').join(', ');
}
