import { XMLBuilder } from 'fast-xml-parser';
import type { RunEvent } from '../../events/event.ts';
import { plain, plainLines } from '../../text/plain.ts';
import type { Verdict } from '../../verdict/schema/verdict.ts';
import { suitesOf, type Case, type Result } from './cases.ts';

/**
 * The verdict as JUnit's XML, in the form that Jenkins, GitLab and similar systems read.
 *
 * @see https://github.com/testmoapp/junitxml, the common conventions.
 */
export function renderJunit(events: readonly RunEvent[], verdict: Verdict): string {
  const filled = suitesOf(events, verdict);
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

/** In the builder's form, with printable characters only, which are all valid in XML. */
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
