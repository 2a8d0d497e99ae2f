import { counted, number } from '../../counted.ts';
import { sideLabels } from '../../release/release.ts';
import { checkInWords, failedChecks } from '../../verdict/history/checks.ts';
import { describePairs } from '../../verdict/reading/pairs.ts';
import { revivalsInWords } from '../../verdict/reading/revivals.ts';
import { rollbackInWords } from '../../verdict/reading/rollback.ts';
import { TAGS, type Status, type Verdict } from '../../verdict/schema/verdict.ts';
import { changedCodeInWords } from '../../verdict/words/changed-code.ts';
import { titled } from '../../verdict/words/noun.ts';
import { called, type Called } from '../called.ts';
import { createDraw, wrap, type Line, type Style } from '../line.ts';
import { unobservedInWords } from '../unobserved-in-words.ts';
import { upgradeInWords } from '../upgrade-in-words.ts';
import { whyUnmet } from '../why-unmet.ts';
import { causesOf } from './causes.ts';
import { database } from './database.ts';
import { ABOUT_WIDTH, entry, heading, shortened } from './entry.ts';
import { orderRules } from './order-rules.ts';

export interface TtyOptions {
  readonly color: boolean;
  /** Characters in a line; default 100. */
  readonly width?: number;
  /** The run's folder, to be named as where to look on. */
  readonly directory?: string;
  /** Commands to go on with, each with what it does. */
  readonly commands?: readonly (readonly [command: string, what: string])[];
}

/** Together with the fixed lines and the causes this fits forty lines. */
const MOST_REASON_LINES = 3;
const MOST_CHECKS = 2;

const BANNER = {
  passed: { text: '✔ PASSED', style: 'good' },
  failed: { text: '✘ FAILED', style: 'bad' },
  'not-proven': { text: '? NOT PROVEN', style: 'warn' },
  error: { text: '✘ ERROR', style: 'warn' },
} as const satisfies Record<Called, { text: string; style: Style }>;

const MARK = {
  proven: { text: '✔', style: 'good' },
  failed: { text: '✘', style: 'bad' },
  'not-proven': { text: '?', style: 'warn' },
} as const satisfies Record<Status, { text: string; style: Style }>;

/** The closing summary of a run: one screen of at most forty lines, the last without its end. */
export function renderVerdict(verdict: Verdict, options: TtyOptions): string {
  const width = options.width ?? 100;
  const draw = createDraw({ color: options.color, width });
  const lines = [
    ...banner(verdict, width),
    [],
    heading('Tags'),
    ...tags(verdict),
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
    ...database(verdict),
    ...changedCode(verdict, width),
    ...pauses(verdict),
    ...rollback(verdict, width),
    ...foreseen(verdict),
    ...causesOf(verdict, width),
  ];
  // A command that is cut is of no use.
  const whole = createDraw({ color: options.color, width: Number.MAX_SAFE_INTEGER });
  return [...lines.map(draw), ...whereNext(verdict, options).map(whole)].join('\n');
}

function banner(verdict: Verdict, width: number): readonly Line[] {
  const { choreography, topology, seed, durationSeconds, error } = verdict;
  const { text, style } = BANNER[called(verdict)];
  const indent = ' '.repeat(text.length + 2);
  const reasons = verdict.reasons.flatMap((reason) => wrap(reason, width - indent.length));
  const [first = '', ...others] = shortened(reasons, MOST_REASON_LINES);
  return [
    [{ text, style }, { text: `  ${first}` }],
    ...others.map((line) => [{ text: indent + line }]),
    ...(error?.hint ? [[{ text: `${indent}${error.hint}`, style: 'strong' } as const]] : []),
    [
      {
        text: `${indent}${upgradeInWords(verdict)}, ${choreography} on ${topology}, seed ${seed}, ${durationSeconds.toFixed(0)} s`,
        style: 'faint',
      },
    ],
  ];
}

function tags({ tags, require }: Verdict): readonly Line[] {
  const labels = new Map(
    TAGS.map((name) => [name, require.includes(name) ? `${name} (required)` : name]),
  );
  const width = Math.max(...[...labels.values()].map(({ length }) => length));
  return TAGS.map((name) => [
    { text: '  ' },
    MARK[tags[name].status],
    { text: ` ${(labels.get(name) ?? name).padEnd(width)}  ` },
    { text: whyUnmet(tags[name]), style: 'faint' },
  ]);
}

function api({ api, steps }: Verdict): readonly Line[] {
  if (api.requests === 0) return [entry('API', 'no request was sent')];
  // Those that the machine cost are noise, which has a line of its own.
  const disruptions = api.disruptions.filter((disruption) => !disruption.noise);
  const lost = `${counted(api.requests, 'request')}, ${number(api.failed)} lost, ${percent(api.availability ?? 0)} served`;
  const unsent = [
    api.dropped === 0 ? '' : `; ${number(api.dropped)} not sent on time`,
    api.reauthenticated === 0 ? '' : `; ${number(api.reauthenticated)} needed a new token`,
  ].join('');
  const longest = disruptions.reduce<(typeof disruptions)[number] | undefined>(
    (most, one) => (most === undefined || one.seconds > most.seconds ? one : most),
    undefined,
  );
  if (longest === undefined) return [entry('API', lost + unsent, 'good')];
  const step = steps.find(({ id }) => id === longest.step);
  const place = longest.node === null ? '' : ` on ${longest.node}`;
  const when = step === undefined ? '' : ` in step ${step.id} ${step.name}`;
  const length = `${longest.seconds.toFixed(1)} s${longest.recovered ? '' : ' (to the end)'}`;
  return [
    entry(
      'API',
      `${lost}${unsent}; ${counted(disruptions.length, 'disruption')}, the longest ${length}`,
      'bad',
    ),
    entry('', `from ${(longest.from / 1000).toFixed(1)} s${place}${when}`),
    entry('', longest.cause),
  ];
}

/** What was asked beside the API: a line each, and where the longest disruption began. */
function beside({ beside = [], steps }: Verdict): readonly Line[] {
  return beside.map(({ address, requests, failed, disruptions }) => {
    if (requests === 0) return entry('Beside', `${address}: not asked`, 'warn');
    const [longest] = disruptions.toSorted((a, b) => b.seconds - a.seconds);
    const reached = `${address}: ${counted(requests, 'request')}, ${number(failed)} lost`;
    if (longest === undefined) return entry('Beside', reached, 'good');
    const step = steps.find(({ id }) => id === longest.step);
    const where = step === undefined ? '' : ` in step ${step.id} ${step.name}`;
    return entry(
      'Beside',
      `${reached}; ${counted(disruptions.length, 'disruption')}, the longest ${longest.seconds.toFixed(1)} s${where}`,
      'bad',
    );
  });
}

/** What the watch cannot answer for: the total, and what took longest. */
function unobserved({ unobserved = [], steps }: Verdict): readonly Line[] {
  const [longest] = unobserved.toSorted((a, b) => b.seconds - a.seconds);
  if (longest === undefined) return [];
  const step = steps.find(({ id }) => id === longest.step);
  const where = step === undefined ? '' : ` in step ${step.id} ${step.name}`;
  return [
    entry('Gaps', `not observed: ${unobservedInWords(unobserved)}`, 'warn'),
    entry(
      '',
      `the longest ${longest.seconds.toFixed(1)} s, from ${(longest.from / 1000).toFixed(1)} s${where}`,
    ),
    entry('', longest.why),
  ];
}

/** Cut, not rounded: 100 % says that nothing was lost. */
function percent(ratio: number): string {
  return `${(Math.floor(ratio * 10_000) / 100).toFixed(2)} %`;
}

/** The comparison of response times that says most. */
function times({ impact }: Verdict): readonly Line[] {
  const [one] = impact
    .filter(({ control, p95Ms, p95ReferenceMs }) => !control && p95Ms !== null && p95ReferenceMs)
    .toSorted(
      (a, b) =>
        JUDGED_ORDER.indexOf(a.judged) - JUDGED_ORDER.indexOf(b.judged) ||
        (b.p95Ratio?.value ?? 0) - (a.p95Ratio?.value ?? 0),
    );
  if (one === undefined) return [];
  const { probe, connection, version, reference, p95Ms, p95ReferenceMs, p95Ratio } = one;
  const who = `${probe}/${connection}${version === 'all' ? '' : ` by ${version}`}`;
  const ratio =
    p95Ratio === null
      ? ''
      : `, × ${p95Ratio.value.toFixed(1)} (${p95Ratio.low.toFixed(1)} to ${p95Ratio.high.toFixed(1)})`;
  const { text, style } = JUDGED[one.judged];
  return [
    entry(
      'Times',
      `p95 of ${who} ${(p95Ms ?? 0).toFixed(0)} ms in the swaps, ${(p95ReferenceMs ?? 0).toFixed(0)} ms ${reference === 'baseline' ? 'before' : 'after'}${ratio}: ${text}`,
      style,
    ),
  ];
}

const JUDGED_ORDER = ['slower', 'noise', 'unsure', 'not-slower', 'too-few'] as const;
const JUDGED = {
  slower: { text: 'slower', style: 'bad' },
  noise: { text: 'or the machine was', style: 'warn' },
  unsure: { text: 'may be either', style: 'warn' },
  'not-slower': { text: 'not slower', style: 'good' },
  'too-few': { text: 'too few to judge', style: 'warn' },
} as const satisfies Record<
  Verdict['impact'][number]['judged'],
  { readonly text: string; readonly style: Style }
>;

function noise({ noise, api }: Verdict): readonly Line[] {
  const own = noise.intervals.filter(({ fault }) => fault === null);
  if (own.length === 0 && !noise.tooNoisy) return [];
  const shown = [...new Set(own.map(({ by }) => by))].join(', ');
  const { requests } = api.noise;
  const parts = [
    `${noise.seconds.toFixed(1)} s (${(noise.share * 100).toFixed(1)} %)${shown === '' ? '' : `, seen by ${shown}`}`,
    ...(noise.tooNoisy ? ['too noisy to judge times'] : []),
    ...(requests === 0 ? [] : [`${counted(requests, 'more request')} lost to it`]),
  ];
  return [entry('Noise', parts.join('; '), noise.tooNoisy ? 'warn' : 'faint')];
}

function objects({ stacks, revivals, noun }: Verdict): readonly Line[] {
  const { accepted, completed, stuck, failed, lost, unsettled } = stacks;
  if (accepted === 0) return [entry(titled(noun), 'none was accepted')];
  const unknown = unsettled === 0 ? '' : `, ${number(unsettled)} not known`;
  const text = `${number(accepted)} accepted: ${number(completed)} completed, ${number(stuck)} stuck, ${number(failed)} failed, ${number(lost)} lost${unknown}`;
  const revived = revivalsInWords({ revivals, noun });
  return [
    entry(titled(noun), text, completed === accepted ? 'good' : 'bad'),
    ...(revived === undefined ? [] : [entry('', revived)]),
  ];
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

function rollback({ rollback }: Verdict, width: number): readonly Line[] {
  const text = rollbackInWords(rollback);
  if (rollback === null || text === undefined) return [];
  const { style } = MARK[rollback.status];
  return wrap(text, width - ABOUT_WIDTH).map((line, index) =>
    entry(index === 0 ? 'Back' : '', line, style),
  );
}

function mixed(verdict: Verdict): readonly Line[] {
  const { mixed, unseenPairs, noun, watched, configurationChanges } = verdict;
  if (watched !== null) return [];
  if (mixed.intervals.length === 0) {
    const what = configurationChanges === null ? 'versions' : 'configurations';
    return [entry('Mixed', `never two ${what} side by side`)];
  }
  const labels = sideLabels(verdict);
  const of = (counts: { readonly base: number; readonly target: number }): string =>
    `${number(counts.base)} by ${labels.base} and ${number(counts.target)} by ${labels.target}`;
  return [
    entry(
      'Mixed',
      `${mixed.seconds.toFixed(1)} s; requests ${of(mixed.requests)}; work ${of(mixed.work)}`,
    ),
    ...(unseenPairs.length === 0
      ? []
      : [entry('Unseen', describePairs({ unseenPairs, noun }), 'faint')]),
  ];
}

/** What of the user's own change the run tried. */
function changedCode({ changedCode }: Verdict, width: number): readonly Line[] {
  if (changedCode === undefined) return [];
  const text = changedCodeInWords(changedCode);
  const style = changedCode.notMet.length === 0 ? undefined : 'warn';
  return wrap(text, width - ABOUT_WIDTH).map((line, index) =>
    entry(index === 0 ? 'Change' : '', line, style),
  );
}

function pauses({ pauses }: Verdict): readonly Line[] {
  if (pauses.length === 0) return [];
  const before = pauses.map(({ next }) => next ?? 'the end').join(', ');
  const stopped = pauses.filter(({ load }) => load === 'stopped');
  const told =
    stopped.length === 0 ? '' : `; ${total(stopped)} with the load stopped are in no figure`;
  return [entry('Paused', `${total(pauses)} before ${before}${told}`, 'warn')];
}

function total(pauses: Verdict['pauses']): string {
  return `${pauses.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(0)} s`;
}

/** What of the comparison before the run came true; what the choreography avoids is not expected. */
function foreseen({ predictions }: Verdict): readonly Line[] {
  const expected = predictions.filter(({ avoided }) => !avoided);
  const surprises = predictions.filter(({ avoided, cameTrue }) => avoided && cameTrue);
  const all = [...expected, ...surprises];
  const came = all.filter(({ cameTrue }) => cameTrue);
  const unmet = expected.filter(({ met, cameTrue }) => met === 0 && !cameTrue);
  const [first] = came;
  const what = first === undefined ? '' : `: ${first.title}`;
  const never = unmet.length === 0 ? '' : `; ${unmet.length} never met: ${unmet[0]?.title ?? ''}`;
  const avoided = predictions.filter(
    (one) => one.avoided && !one.cameTrue && one.severity === 'blocking',
  );
  const since = avoided.find(({ avoidedSince }) => avoidedSince !== null)?.avoidedSince;
  return [
    ...(all.length === 0
      ? []
      : [entry('Foresaw', `${came.length} of ${all.length} came true${what}${never}`)]),
    ...(avoided.length === 0 || since == null
      ? []
      : [entry('Avoided', `${counted(avoided.length, 'blocking forecast')}: ${since}`)]),
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
