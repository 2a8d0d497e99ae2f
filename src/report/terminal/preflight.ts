import {
  AREAS,
  SEVERITIES,
  type Area,
  type Evidence,
  type Finding,
  type Severity,
} from '../../events/finding.ts';
import { countFindings, isAvoidedBy } from '../../preflight/summary.ts';
import { releaseLabel, type ReleaseRef } from '../../release/release.ts';
import { counted } from '../../text/counted.ts';
import { createDraw, wrap, type Line, type Style } from '../line.ts';

export interface PreflightReport {
  readonly findings: readonly Finding[];
  readonly base: ReleaseRef;
  readonly target: ReleaseRef;
  /** How the scenario rolls. */
  readonly choreography: string;
  readonly seconds: number;
}

export interface PreflightStyle {
  readonly color: boolean;
  /** Characters in a line. */
  readonly width: number;
  /** Includes findings for information, and every place. */
  readonly all: boolean;
}

/** Letters and words distinguish them, not only colour. */
const MARK = {
  blocking: { text: '✘ blocking', style: 'bad' },
  risk: { text: '! risk', style: 'warn' },
  info: { text: '· info', style: 'faint' },
} as const satisfies Record<Severity, { text: string; style: Style }>;

const MARK_WIDTH = Math.max(...Object.values(MARK).map(({ text }) => text.length)) + 4;
const INDENT = ' '.repeat(MARK_WIDTH);
/** Together with the rest this fits a screen of forty lines. */
const MOST_TITLE_LINES = 2;

/** A comparison for people: by area, the worst first. */
export function renderPreflight(report: PreflightReport, style: PreflightStyle): string {
  const draw = createDraw(style);
  const shown = (finding: Finding): boolean => style.all || finding.severity !== 'info';
  const areas = AREAS.filter((area) => report.findings.some((finding) => finding.area === area))
    .map((area) => report.findings.filter((finding) => finding.area === area))
    .toSorted((one, other) => worst(one) - worst(other));
  const shownAreas = areas.filter((findings) => findings.some(shown));
  const silent = report.findings.filter((finding) => !shown(finding));
  return [
    head(report),
    ...shownAreas.flatMap((findings) => [
      [],
      areaLine(findings, style.all),
      ...findings.filter(shown).flatMap((finding) => findingLines(finding, report, style)),
    ]),
    ...(silent.length === 0 ? [] : [[], ...silentLines(silent)]),
  ]
    .map(draw)
    .join('\n');
}

function worst(findings: readonly Finding[]): number {
  return Math.min(...findings.map(({ severity }) => SEVERITIES.indexOf(severity)));
}

function head({ findings, base, target, seconds }: PreflightReport): Line {
  const { blocking, risk, info } = countFindings(findings);
  return [
    { text: `${nameOf(base)} → ${nameOf(target)}: `, style: 'strong' },
    { text: `${blocking} blocking`, style: blocking > 0 ? 'bad' : 'good' },
    { text: ', ' },
    { text: counted(risk, 'risk'), style: risk > 0 ? 'warn' : 'good' },
    { text: `, ${info} for information; ${seconds.toFixed(1)} s` },
  ];
}

/** A source tree is named only by its version. */
function nameOf(release: ReleaseRef): string {
  const label = releaseLabel(release);
  return label === release.version ? label : `${label} (${release.version})`;
}

const AREA_NAMES = {
  rpc: 'RPC',
  context: 'Request context',
  objects: 'Versioned objects',
  schema: 'Database schema',
  configuration: 'Configuration',
  policy: 'Policy',
  paste: 'Paste pipelines',
  scripts: 'Scripts',
  'entry-points': 'Entry points',
  'resource-types': 'Resource types',
  dependencies: 'Dependencies',
} as const satisfies Record<Area, string>;

function areaLine(findings: readonly Finding[], all: boolean): Line {
  const [first] = findings;
  const rest = findings.filter(({ severity }) => severity === 'info').length;
  return [
    { text: first === undefined ? '' : AREA_NAMES[first.area], style: 'strong' },
    ...(all || rest === 0
      ? []
      : [{ text: `  and ${rest} for information`, style: 'faint' } as const]),
  ];
}

function findingLines(
  finding: Finding,
  { choreography }: PreflightReport,
  { width, all }: PreflightStyle,
): readonly Line[] {
  const { text, style } = MARK[finding.severity];
  const lines = wrap(finding.title, width - MARK_WIDTH);
  const kept = all ? lines : lines.slice(0, MOST_TITLE_LINES);
  const [first = '', ...more] = kept.map((line, index) =>
    index === kept.length - 1 && kept.length < lines.length ? `${line} …` : line,
  );
  return [
    [{ text: `  ${text}`.padEnd(MARK_WIDTH), style }, { text: first }],
    ...more.map((line): Line => [{ text: INDENT + line }]),
    ...places(finding, all).map((line): Line => [{ text: INDENT + line, style: 'faint' }]),
    ...avoidance(finding, choreography),
  ];
}

/** All source locations, or one of each release for a blocking finding. */
function places({ evidence, severity }: Finding, all: boolean): readonly string[] {
  if (!all && severity !== 'blocking') return [];
  if (all) return evidence.map((one) => `${one.release} ${placeOf(one)}  ${one.text}`);
  const first = (['target', 'base'] as const).flatMap(
    (release) => evidence.find((one) => one.release === release) ?? [],
  );
  return first.length === 0
    ? []
    : [first.map((one) => `${one.release} ${placeOf(one)}`).join(', ')];
}

function placeOf({ file, line }: Evidence): string {
  return line === null ? file : `${file}:${line}`;
}

function avoidance(finding: Finding, choreography: string): readonly Line[] {
  const { avoidedBy } = finding;
  if (avoidedBy === null) return [];
  const others = avoidedBy.filter((name) => name !== choreography).join(', ');
  if (isAvoidedBy(finding, choreography)) {
    const too = others === '' ? '' : `, as ${others} would`;
    return [[{ text: `${INDENT}${choreography} avoids it${too}`, style: 'good' }]];
  }
  const instead = others === '' ? 'no choreography does' : `${others} would`;
  return [[{ text: `${INDENT}${choreography} does not avoid it; ${instead}`, style: 'strong' }]];
}

function silentLines(findings: readonly Finding[]): readonly Line[] {
  return [
    [
      {
        text: `${findings.length} for information are not shown: --all shows them, and the places of all`,
        style: 'faint',
      },
    ],
  ];
}

/**
 * A run's lines about preflight before it starts: the worst findings, with the source locations of
 * the blocking ones.
 */
export function renderPreflightSummary(
  report: PreflightReport,
  { color, width }: Pick<PreflightStyle, 'color' | 'width'>,
): string {
  const { choreography } = report;
  const harmful = report.findings.filter(({ severity }) => severity !== 'info');
  const open = harmful.filter((finding) => !isAvoidedBy(finding, choreography));
  const avoided = harmful.length - open.length;
  const shown = open.slice(0, MOST_SUMMARISED);
  return [
    [{ text: 'preflight  ', style: 'strong' } as const, ...head(report)],
    ...(avoided === 0
      ? []
      : [[{ text: `  ${choreography} avoids ${avoided} of them`, style: 'good' } as const]]),
    ...shown.flatMap((finding) => findingLines(finding, report, { color, width, all: false })),
  ]
    .map(createDraw({ color, width }))
    .join('\n');
}

const MOST_SUMMARISED = 3;
