import { counted, number } from '../../../text/counted.ts';
import { checkInWords, failedChecks } from '../../../verdict/reading/checks.ts';
import { TAGS, type Verdict } from '../../../verdict/schema/verdict.ts';
import { called, type Called } from '../../called.ts';
import { createDraw, wrap, type Line, type Style } from '../../line.ts';
import { topologyInWords } from '../../topology-in-words.ts';
import { upgradeInWords } from '../../upgrade-in-words.ts';
import { whyUnmet } from '../../why-unmet.ts';
import { causesOf } from './causes.ts';
import { database } from './database.ts';
import { entry, heading, firstLines } from './entry.ts';
import { api, beside, noise, objects, times, unobserved } from './figures.ts';
import { SIGN } from './mark.ts';
import { orderRules } from './order-rules.ts';
import { changedCode, foreseen, mixed, pauses, rollback, seen } from './roll.ts';

export interface TtyOptions {
  readonly color: boolean;
  /** Characters in a line; default 100. */
  readonly width?: number;
  /** The run's folder, which the summary names for further reading. */
  readonly directory?: string;
  /** Further commands, each with its purpose. */
  readonly commands?: readonly (readonly [command: string, what: string])[];
}

const SCREEN_LINES = 40;
/** Together with the fixed lines and the causes this fits the screen. */
const MOST_REASON_LINES = 3;
const MOST_CHECKS = 2;
/** Lines for the reasons of a tag, if there is space: one line often ends before the reason. */
const MOST_LACK_LINES = 2;

const BANNER = {
  passed: { text: '✔ PASSED', style: 'good' },
  failed: { text: '✘ FAILED', style: 'bad' },
  'not-proven': { text: '? NOT PROVEN', style: 'warn' },
  error: { text: '✘ ERROR', style: 'warn' },
} as const satisfies Record<Called, { text: string; style: Style }>;

/** The closing summary of a run: one screen of at most forty lines, without a final line end. */
export function renderVerdict(verdict: Verdict, options: TtyOptions): string {
  const width = options.width ?? 100;
  const draw = createDraw({ color: options.color, width });
  const head = [...banner(verdict, width), [], heading('Tags')];
  const body = [
    [],
    ...api(verdict),
    ...beside(verdict),
    ...unobserved(verdict),
    ...times(verdict),
    ...noise(verdict),
    ...objects(verdict),
    ...orderRules(verdict),
    ...checks(verdict),
    ...mixed(verdict),
    ...seen(verdict, width),
    ...database(verdict),
    ...changedCode(verdict, width),
    ...pauses(verdict),
    ...rollback(verdict, width),
    ...foreseen(verdict, width),
    ...causesOf(verdict, width),
  ];
  const next = whereNext(verdict, options);
  const room = SCREEN_LINES - head.length - TAGS.length - body.length - next.length;
  // A cut command would be useless.
  const whole = createDraw({ color: options.color, width: Number.MAX_SAFE_INTEGER });
  return [
    ...[...head, ...tags(verdict, { width, room }), ...body].map(draw),
    ...next.map(whole),
  ].join('\n');
}

function banner(verdict: Verdict, width: number): readonly Line[] {
  const { choreography, seed, durationSeconds, error } = verdict;
  const { text, style } = BANNER[called(verdict)];
  const indent = ' '.repeat(text.length + 2);
  const reasons = verdict.reasons.flatMap((reason) => wrap(reason, width - indent.length));
  const [first = '', ...others] = firstLines(reasons, MOST_REASON_LINES);
  return [
    [{ text, style }, { text: `  ${first}` }],
    ...others.map((line) => [{ text: indent + line }]),
    ...(error?.hint ? [[{ text: `${indent}${error.hint}`, style: 'strong' } as const]] : []),
    [
      {
        text: `${indent}${upgradeInWords(verdict)}, ${choreography} on ${topologyInWords(verdict)}, seed ${seed}, ${durationSeconds.toFixed(0)} s`,
        style: 'faint',
      },
    ],
  ];
}

/** @param room How many lines there may be besides one for each tag. */
function tags(
  { tags, require }: Verdict,
  { width, room }: { readonly width: number; readonly room: number },
): readonly Line[] {
  const labels = new Map(
    TAGS.map((name) => [name, require.includes(name) ? `${name} (required)` : name]),
  );
  const labelWidth = Math.max(...[...labels.values()].map(({ length }) => length));
  const indent = ' '.repeat('  ✔ '.length + labelWidth + 2);
  const lacks = new Map(
    TAGS.map((name) => [
      name,
      firstLines(wrap(whyUnmet(tags[name]), width - indent.length), MOST_LACK_LINES),
    ]),
  );
  const roomy = TAGS.filter((name) => (lacks.get(name)?.length ?? 0) > 1).slice(
    0,
    Math.max(0, room),
  );
  return TAGS.flatMap((name): readonly Line[] => {
    const [first = '', ...more] = roomy.includes(name)
      ? (lacks.get(name) ?? [])
      : [whyUnmet(tags[name])];
    return [
      [
        { text: '  ' },
        SIGN[tags[name].status],
        { text: ` ${(labels.get(name) ?? name).padEnd(labelWidth)}  ` },
        { text: first, style: 'faint' },
      ],
      ...more.map((text): Line => [{ text: indent }, { text, style: 'faint' }]),
    ];
  });
}

function checks({ checks }: Verdict): readonly Line[] {
  if (checks.length === 0) return [];
  const bad = checks.filter(({ status }) => status !== 'passed');
  const required = failedChecks(checks).length > 0;
  const style = bad.length === 0 ? 'good' : required ? 'bad' : 'warn';
  const passed = `${number(checks.length - bad.length)} of ${counted(checks.length, 'check')} passed`;
  const rest = bad.length - MOST_CHECKS;
  return [
    entry('Checks', passed, style),
    ...bad.slice(0, MOST_CHECKS).map((check) => entry('', checkInWords(check))),
    ...(rest > 0 ? [entry('', `and ${counted(rest, 'more')}`)] : []),
  ];
}

function whereNext(
  { causes, watched }: Verdict,
  { directory, commands = [] }: TtyOptions,
): readonly Line[] {
  if (directory === undefined) return [];
  const victim = causes.find((cause) => cause.victim !== null)?.victim ?? null;
  const next = [
    ...commands,
    victim === null
      ? ([`rollgate judge ${directory}`, 'the verdict again'] as const)
      : ([`rollgate follow ${directory} ${victim}`, 'what happened to it, in time order'] as const),
  ];
  return [
    [],
    entry(
      'Files',
      `${directory}: report.html, verdict.json, events.ndjson${watched === null ? ', logs/' : ''}`,
    ),
    ...next.map(([command, what], index) =>
      entry(index === 0 ? 'Next' : '', next.length === 1 ? command : `${command}   (${what})`),
    ),
  ];
}
