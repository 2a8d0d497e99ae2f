import type { RunEvent } from '../../events/event.ts';
import { shortName } from '../../verdict/reading/checks.ts';
import { thresholdInWords } from '../../verdict/requirements/thresholds/check.ts';
import {
  TAGS,
  type CheckVerdict,
  type Clause,
  type RuleVerdict,
  type TagName,
  type Verdict,
} from '../../verdict/schema/verdict.ts';

/**
 * The result of a case. `failure`: a requirement is not met; `error`: the harness could not check
 * it; `skipped`: it is not required, or was not reached.
 */
export type Result =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failure' | 'error'; readonly type: string; readonly lines: readonly string[] }
  | { readonly kind: 'skipped'; readonly message: string };

export interface Case {
  readonly name: string;
  readonly seconds: number;
  /** Milliseconds since the start of the run; absent if unknown. */
  readonly startedAt?: number;
  readonly result: Result;
}

export interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
}

/**
 * The verdict as cases for a test report: suites for the run, each tag's clauses, the thresholds,
 * the order rules, the checks and the steps. Only the scenario's requirements can fail. A suite
 * without a case is left out.
 */
export function suitesOf(events: readonly RunEvent[], verdict: Verdict): readonly Suite[] {
  const suites: readonly Suite[] = [
    { name: 'run', cases: [runCase(verdict)] },
    ...TAGS.map((name) => ({ name, cases: clauseCases(name, verdict) })),
    { name: 'thresholds', cases: verdict.thresholds.map((one) => thresholdCase(one, verdict)) },
    { name: 'rules', cases: (verdict.rules ?? []).map((rule) => ruleCase(rule, verdict)) },
    ...checkSuites(verdict),
    { name: 'steps', cases: verdict.steps.map((step) => stepCase(step, events, verdict)) },
  ];
  return suites.filter(({ cases }) => cases.length > 0);
}

/** The result of the run as a whole: fails if any requirement does. */
function runCase({ outcome, reasons, causes, durationSeconds, error }: Verdict): Case {
  const causeLines = causes.map(({ count, unit, title, nodes, step }) => {
    const where = [...nodes, ...(step === null ? [] : [`step ${step}`])].join(', ');
    return `cause: ${count} ${unit}: ${title}${where === '' ? '' : ` (${where})`}`;
  });
  return {
    name: 'the requirements are proven',
    seconds: durationSeconds,
    startedAt: 0,
    result:
      outcome === 'passed'
        ? { kind: 'passed' }
        : {
            kind: unmet(outcome),
            type: error?.code ?? outcome,
            lines: [...reasons, ...(error?.hint ? [error.hint] : []), ...causeLines],
          },
  };
}

/** A run that the harness did not complete says nothing about the requirements. */
function unmet(outcome: Verdict['outcome']): 'failure' | 'error' {
  return outcome === 'error' ? 'error' : 'failure';
}

function clauseCases(tag: TagName, verdict: Verdict): readonly Case[] {
  const required = verdict.require.includes(tag);
  return verdict.tags[tag].clauses.map((clause) => ({
    name: `${clause.id}: ${clause.title}`,
    seconds: 0,
    result: clauseResult(clause, required, verdict),
  }));
}

function clauseResult(
  { status, evidence }: Pick<Clause, 'status' | 'evidence'>,
  required: boolean,
  { outcome }: Verdict,
): Result {
  if (status === 'proven') return { kind: 'passed' };
  if (!required) {
    return { kind: 'skipped', message: `not required; ${status}: ${evidence[0] ?? ''}` };
  }
  return { kind: unmet(outcome), type: status, lines: evidence };
}

function thresholdCase(one: Verdict['thresholds'][number], { outcome }: Verdict): Case {
  const { metric, expression, status } = one;
  return {
    name: `${metric}: ${expression}`,
    seconds: 0,
    result:
      status === 'passed'
        ? { kind: 'passed' }
        : { kind: unmet(outcome), type: status, lines: [thresholdInWords(one)] },
  };
}

function ruleCase({ name, rule, status, evidence }: RuleVerdict, verdict: Verdict): Case {
  const result = clauseResult({ status, evidence }, true, verdict);
  return { name: `${name}: ${rule}`, seconds: 0, result };
}

/** A suite for all checks, and one for each check with its own tests. */
function checkSuites(verdict: Verdict): readonly Suite[] {
  const suites = verdict.checks.filter(({ cases }) => cases.length > 0);
  return [
    { name: 'checks', cases: verdict.checks.map((check) => checkCase(check, verdict)) },
    ...suites.map(({ name, step, cases, required }) => ({
      name: `${step} ${name}`,
      cases: cases.map((one): Case => ({
        name: one.name,
        seconds: one.seconds,
        result:
          one.status === 'passed'
            ? { kind: 'passed' }
            : one.status === 'skipped' || !required
              ? { kind: 'skipped', message: `${one.status}: ${one.detail}` }
              : { kind: 'failure', type: 'failed', lines: [shortName(one.name), one.detail] },
      })),
    })),
  ];
}

function checkCase(check: CheckVerdict, { outcome }: Verdict): Case {
  const { step, name, status, required, detail, output, log } = check;
  const common = { name: `${step} ${name}`, seconds: check.seconds ?? 0 };
  if (status === 'passed') return { ...common, result: { kind: 'passed' } };
  if (status === 'not-done' || !required) {
    return { ...common, result: { kind: 'skipped', message: `${status}: ${detail}` } };
  }
  const lines = [detail, ...output.split('\n'), ...(log === null ? [] : [`all of it: ${log}`])];
  return { ...common, result: { kind: unmet(outcome), type: status, lines } };
}

function stepCase(
  { id, name, seconds, startedAt, status }: Verdict['steps'][number],
  events: readonly RunEvent[],
  { outcome, reasons }: Verdict,
): Case {
  const common = {
    name: `${id} ${name}`,
    seconds: seconds ?? 0,
    ...(startedAt === null ? {} : { startedAt }),
  };
  switch (status) {
    case 'done':
      return { ...common, result: { kind: 'passed' } };
    case 'not-started':
      return { ...common, result: { kind: 'skipped', message: 'the run ended before it' } };
    case 'failed':
    case 'aborted':
    case 'unfinished': {
      const finished = events.findLast(
        (event) => event.type === 'step-finished' && event.step === id,
      );
      const error = finished?.type === 'step-finished' ? finished.error : undefined;
      const lines = error === undefined ? reasons : [error.message, error.hint ?? ''];
      return { ...common, result: { kind: unmet(outcome), type: error?.code ?? status, lines } };
    }
    default:
      return status satisfies never;
  }
}
