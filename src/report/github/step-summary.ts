import { counted, number } from '../../text/counted.ts';
import { checkInWords } from '../../verdict/reading/checks.ts';
import { revivalsInWords } from '../../verdict/reading/revivals.ts';
import { rollbackInWords } from '../../verdict/reading/rollback.ts';
import { thresholdInWords } from '../../verdict/requirements/thresholds/check.ts';
import { titled, unitInWords } from '../../verdict/schema/noun.ts';
import { TAGS, type Status, type Verdict } from '../../verdict/schema/verdict.ts';
import { called, type Called } from '../called.ts';
import { databaseInWords } from '../database-in-words.ts';
import { upgradeInWords } from '../upgrade-in-words.ts';
import { whyUnmet } from '../why-unmet.ts';
import { whereOf } from './annotations.ts';
import { markdown, preformatted, table } from './markdown.ts';

const MOST_CAUSES = 10;
/** Characters of a sample. */
const LONGEST_SAMPLE = 2000;

const HEADING = {
  passed: '✅ PASSED',
  failed: '❌ FAILED',
  'not-proven': '❔ NOT PROVEN',
  error: '⚠️ ERROR',
} as const satisfies Record<Called, string>;
const MARK = { proven: '✅', failed: '❌', 'not-proven': '❔' } as const satisfies Record<
  Status,
  string
>;
const THRESHOLD_MARK = { passed: '✅', failed: '❌', 'not-measured': '❔' } as const;

const CHECK_MARK = { passed: '✅', failed: '❌', 'not-done': '❔' } as const;

/**
 * The verdict as Markdown for the summary of a GitHub workflow's run, which takes up to 1 MiB.
 * Causes come first, then tags, requests, stacks, thresholds, and where to look on.
 *
 * @param directory The run's folder.
 */
export function renderStepSummary(verdict: Verdict, directory: string): string {
  const { choreography, topology, seed, durationSeconds } = verdict;
  const blocks: readonly (readonly string[])[] = [
    [`## ${HEADING[called(verdict)]}: ${markdown(upgradeInWords(verdict))}`],
    [...verdict.reasons, ...(verdict.error?.hint ? [verdict.error.hint] : [])].map(
      (reason) => `- ${markdown(reason)}`,
    ),
    [
      markdown(
        `${choreography} on ${topology}, scenario ${verdict.scenario}, seed ${seed}, ${durationSeconds.toFixed(0)} s`,
      ),
    ],
    ...causes(verdict),
    ['### Tags'],
    tags(verdict),
    [`### Requests and ${verdict.noun}s`],
    figures(verdict),
    ...thresholds(verdict),
    ...rules(verdict),
    ...checks(verdict),
    ['### Where to look'],
    whereToLook(directory),
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function causes({ causes, noun }: Verdict): readonly (readonly string[])[] {
  if (causes.length === 0) return [];
  const shown = causes.slice(0, MOST_CAUSES);
  const rest = causes.length - shown.length;
  return [
    ['### Causes'],
    table(
      ['', 'How many', 'Cause', 'Where'],
      shown.map((cause, index) => [
        String(index + 1),
        markdown(`${number(cause.count)} ${unitInWords(cause, noun)}`),
        markdown(cause.title),
        markdown(whereOf(cause)),
      ]),
    ),
    ...(rest === 0 ? [] : [[`And ${counted(rest, 'more cause')} in the reports.`]]),
    [
      '<details><summary>As they were first seen</summary>',
      ...shown.map(({ sample }, index) =>
        preformatted(`${index + 1}. ${sample.slice(0, LONGEST_SAMPLE)}`),
      ),
      '</details>',
    ],
  ];
}

function tags({ tags, require }: Verdict): readonly string[] {
  return table(
    ['', 'Tag', 'Required', 'What it lacks'],
    TAGS.map((name) => [
      MARK[tags[name].status],
      `\`${name}\``,
      require.includes(name) ? 'yes' : '',
      markdown(whyUnmet(tags[name])),
    ]),
  );
}

function figures({
  api,
  stacks,
  noise,
  noun,
  revivals,
  rollback,
  database,
}: Verdict): readonly string[] {
  const own = api.disruptions.filter((disruption) => !disruption.noise);
  const longest = Math.max(0, ...own.map(({ seconds }) => seconds));
  const { accepted, completed, stuck, failed, lost, unsettled } = stacks;
  const revived = revivalsInWords({ revivals, noun });
  const back = rollbackInWords(rollback);
  const availability = api.availability === null ? '' : `, ${percent(api.availability)} served`;
  const dropped = api.dropped === 0 ? '' : `, ${number(api.dropped)} not sent on time`;
  return table(
    ['', ''],
    [
      [
        'Requests',
        `${number(api.requests)} sent, ${number(api.failed)} lost${availability}${dropped}`,
      ],
      [
        'Disruptions',
        own.length === 0 ? 'none' : `${number(own.length)}, the longest ${longest.toFixed(1)} s`,
      ],
      [
        titled(noun),
        `${number(accepted)} accepted: ${number(completed)} completed, ${number(stuck)} stuck, ${number(failed)} failed, ${number(lost)} lost, ${number(unsettled)} not known`,
      ],
      ...(revived === undefined ? [] : [['Revived', markdown(revived)] as const]),
      ...(database === undefined
        ? []
        : [['Database', markdown(databaseInWords(database))] as const]),
      ...(back === undefined ? [] : [['Rollback', markdown(back)] as const]),
      [
        'Noise of the machine',
        `${noise.seconds.toFixed(1)} s${noise.tooNoisy ? ': too noisy to judge' : ''}; ${counted(api.noise.requests, 'request')} lost to it`,
      ],
    ],
  );
}

function thresholds({ thresholds }: Verdict): readonly (readonly string[])[] {
  if (thresholds.length === 0) return [];
  return [
    ['### Thresholds'],
    table(
      ['', 'Threshold'],
      thresholds.map((one) => [THRESHOLD_MARK[one.status], markdown(thresholdInWords(one))]),
    ),
  ];
}

function rules({ rules = [] }: Verdict): readonly (readonly string[])[] {
  if (rules.length === 0) return [];
  return [
    ['### Order rules'],
    table(
      ['', 'Rule', 'Evidence'],
      rules.map(({ name, rule, status, evidence }) => [
        MARK[status],
        markdown(`${name}: ${rule}`),
        markdown(evidence[0] ?? ''),
      ]),
    ),
  ];
}

function checks({ checks }: Verdict): readonly (readonly string[])[] {
  if (checks.length === 0) return [];
  return [
    ['### Checks'],
    table(
      ['', 'Check'],
      checks.map((one) => [CHECK_MARK[one.status], markdown(checkInWords(one))]),
    ),
  ];
}

function whereToLook(directory: string): readonly string[] {
  return [
    `- ${markdown(directory)}: \`report.html\`, \`verdict.json\`, \`junit.xml\`, \`events.ndjson\`, \`plan.txt\`, \`logs/\``,
    `- ${markdown(`rollgate judge ${directory}`)}`,
  ];
}

/** Cut, not rounded: 100 % says that nothing was lost. */
function percent(ratio: number): string {
  return `${(Math.floor(ratio * 10_000) / 100).toFixed(2)} %`;
}
