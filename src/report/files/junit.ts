import { XMLBuilder } from 'fast-xml-parser';
import type { RunEvent } from '../../events/event.ts';
import { thresholdInWords } from '../../verdict/thresholds.ts';
import { shortName } from '../../verdict/history/checks.ts';
import {
  TAGS,
  type CheckVerdict,
  type Clause,
  type TagName,
  type Verdict,
} from '../../verdict/schema/verdict.ts';
import { plain, plainLines } from '../../plain.ts';

/**
 * What came of a case. `failure`: what was looked at is not as required; `error`: the harness
 * could not look; `skipped`: nobody requires it, or it was not reached.
 */
type Result =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failure' | 'error'; readonly type: string; readonly lines: readonly string[] }
  | { readonly kind: 'skipped'; readonly message: string };

interface Case {
  readonly name: string;
  readonly seconds: number;
  readonly result: Result;
}

interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
}

/**
 * The verdict as JUnit's XML, in the form that Jenkins, GitLab and their like read: suites for the
 * run, each tag's clauses, the thresholds, the checks and the steps. Only what the scenario requires can fail.
 *
 * @see https://github.com/testmoapp/junitxml, the common conventions.
 */
export function renderJunit(events: readonly RunEvent[], verdict: Verdict): string {
  const suites: readonly Suite[] = [
    { name: 'run', cases: [runCase(verdict)] },
    ...TAGS.map((name) => ({ name, cases: clauseCases(name, verdict) })),
    { name: 'thresholds', cases: verdict.thresholds.map((one) => thresholdCase(one, verdict)) },
    ...checkSuites(verdict),
    { name: 'steps', cases: verdict.steps.map((step) => stepCase(step, events, verdict)) },
  ];
  const filled = suites.filter(({ cases }) => cases.length > 0);
  const started = events.find(({ type }) => type === 'run-started');
  const common = {
    ...(started?.type === 'run-started' ? attributes({ timestamp: started.time }) : {}),
    properties: {
      property: propertiesOf(verdict).map(([name, value]) => attributes({ name, value })),
    },
  };
  const document = {
    '?xml': attributes({ version: '1.0', encoding: 'UTF-8' }),
    testsuites: {
      ...attributes({ name: 'rollgate', ...counts(filled.flatMap(({ cases }) => cases)) }),
      ...attributes({ time: time(verdict.durationSeconds) }),
      testsuite: filled.map(({ name, cases }) => ({
        ...attributes({ name, ...counts(cases), time: time(secondsOf(cases)) }),
        ...common,
        testcase: cases.map((one) => caseElement(name, one)),
      })),
    },
  };
  const builder = new XMLBuilder({
    format: true,
    ignoreAttributes: false,
    suppressEmptyNode: true,
    suppressBooleanAttributes: false,
  });
  return builder.build(document);
}

/** What the run as a whole came to: fails if anything that is required does. */
function runCase({ outcome, reasons, causes, durationSeconds, error }: Verdict): Case {
  const told = causes.map(({ count, unit, title, nodes, step }) => {
    const where = [...nodes, ...(step === null ? [] : [`step ${step}`])].join(', ');
    return `cause: ${count} ${unit}: ${title}${where === '' ? '' : ` (${where})`}`;
  });
  return {
    name: 'what is required is proven',
    seconds: durationSeconds,
    result:
      outcome === 'passed'
        ? { kind: 'passed' }
        : {
            kind: unmet(outcome),
            type: error?.code ?? outcome,
            lines: [...reasons, ...(error?.hint ? [error.hint] : []), ...told],
          },
  };
}

/** A run that the harness did not bring to its end says nothing of what is required. */
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
  { status, evidence }: Clause,
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

/** A suite for all checks, and one for each that is made of tests of its own. */
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
  { id, name, seconds, status }: Verdict['steps'][number],
  events: readonly RunEvent[],
  { outcome, reasons }: Verdict,
): Case {
  const common = { name: `${id} ${name}`, seconds: seconds ?? 0 };
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

function propertiesOf(verdict: Verdict): readonly (readonly [string, string])[] {
  const { subject, scenario, seed, base, target, choreography, topology, lab, require } = verdict;
  return [
    ['subject', subject],
    ['scenario', scenario],
    ['seed', String(seed)],
    ['base', `${base.series} ${base.version}`],
    ['base.image', base.image],
    ['target', `${target.series} ${target.version}`],
    ['target.image', target.image],
    ['choreography', choreography],
    ['topology', topology],
    ['lab', lab],
    ['require', require.join(' ')],
  ];
}

function caseElement(suite: string, { name, seconds, result }: Case): object {
  const common = attributes({ name, classname: `rollgate.${suite}`, time: time(seconds) });
  switch (result.kind) {
    case 'passed':
      return common;
    case 'skipped':
      return { ...common, skipped: attributes({ message: result.message }) };
    case 'failure':
    case 'error': {
      const [message = ''] = result.lines;
      const text = plainLines(result.lines.join('\n'));
      return {
        ...common,
        [result.kind]: { ...attributes({ message, type: result.type }), '#text': text },
      };
    }
    default:
      return result satisfies never;
  }
}

/** As the builder takes them; of printable characters, which all are XML's. */
function attributes(values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`@_${name}`, plain(value)]),
  );
}

function counts(cases: readonly Case[]): Readonly<Record<string, string>> {
  const of = (kind: Result['kind']): string =>
    String(cases.filter(({ result }) => result.kind === kind).length);
  return {
    tests: String(cases.length),
    failures: of('failure'),
    errors: of('error'),
    skipped: of('skipped'),
  };
}

function secondsOf(cases: readonly Case[]): number {
  return cases.reduce((sum, { seconds }) => sum + seconds, 0);
}

function time(seconds: number): string {
  return seconds.toFixed(3);
}
