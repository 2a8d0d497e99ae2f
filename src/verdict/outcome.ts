import { counted } from '../text/counted.ts';
import { restartInWords } from './clauses/restart.ts';
import { firstUnmet } from './clauses/tags.ts';
import { checkInWords, failedChecks } from './reading/checks.ts';
import {
  baseFailed,
  upgradeBreaks,
  ownScriptFailed,
  waitedForHarm,
} from './reading/failures/harness-failure.ts';
import type { Reading } from './reading/reading.ts';
import { ruleInWords } from './requirements/order-rules.ts';
import { thresholdInWords } from './requirements/thresholds/check.ts';
import {
  TAGS,
  type RuleVerdict,
  type Tag,
  type TagName,
  type ThresholdResult,
  type Verdict,
} from './schema/verdict.ts';

type Conclusion = Pick<Verdict, 'outcome' | 'reasons' | 'ended' | 'error'>;

/** The scenario's requirements besides tags and checks. */
interface Limits {
  readonly thresholds: readonly ThresholdResult[];
  readonly rules: readonly RuleVerdict[];
}

/**
 * Whether the scenario's requirements were met. A run that did not reach its end says nothing about
 * them and is an error. Four ends are failures instead: the upgrade broke (`upgradeBreaks`), the
 * user's own script or driver failed, the base failed before the roll, or operations did not end
 * after the subject had failed a required tag (`waitedForHarm`). A required tag that is
 * not proven does not pass, and neither does a threshold that could not be measured.
 */
export function conclude(
  reading: Reading,
  tags: Readonly<Record<TagName, Tag>>,
  { thresholds, rules }: Limits,
): Conclusion {
  const common = howItEnded(reading);
  const { ended } = common;
  const broken = upgradeBreaks(reading);
  if (broken.length > 0 && ended !== 'aborted') {
    return { outcome: 'failed', reasons: broken, ...common };
  }
  if (ownScriptFailed(reading)) {
    return { outcome: 'failed', reasons: [whyNotCompleted(reading)], ...common };
  }
  if (baseFailed(reading)) {
    const reasons = [`Nothing was upgraded: ${reading.finish?.error?.message ?? ''}`];
    return { outcome: 'failed', reasons, ...common };
  }
  const harmed = reading.start.require.filter((name) =>
    TAGS.some((tag) => tag === name && tags[tag].status === 'failed'),
  );
  if (waitedForHarm(reading) && harmed.length > 0) {
    const reasons = [
      ...harmed.flatMap((name) => unmetReason(name, tags)),
      whyNotCompleted(reading),
    ];
    return { outcome: 'failed', reasons, ...common };
  }
  if (ended !== 'completed') {
    return { outcome: 'error', reasons: [whyNotCompleted(reading)], ...common };
  }
  const { start, services } = reading;
  const restart = services.nothingNew && !reading.onlyInfrastructure ? [restartInWords(start)] : [];
  const unmet = [
    ...start.require.flatMap((name) => unmetReason(name, tags)),
    ...thresholds
      .filter((one) => one.status !== 'passed')
      .map((one) => `threshold ${thresholdInWords(one)} is not met`),
    ...rules.filter(({ status }) => status !== 'proven').map(ruleInWords),
    ...failedChecks(reading.checks).map(checkInWords),
  ];
  if (unmet.length > 0) return { outcome: 'failed', reasons: [...restart, ...unmet], ...common };
  const reasons = [
    ...restart,
    ...metInWords(start, { thresholds, rules }),
    ...checked(reading),
    ...notReached(start.require, tags),
  ];
  return { outcome: 'passed', reasons, ...common };
}

function nothingRequired({ watched }: Reading['start'], { length }: Limits['thresholds']): string {
  if (watched === undefined) return 'The run completed; the scenario requires no tag.';
  return length === 0
    ? 'The watch completed. No threshold was set, so nothing was required.'
    : 'The watch completed.';
}

function howItEnded({ finish }: Reading): Pick<Verdict, 'ended' | 'error'> {
  const ended = finish?.outcome ?? 'unfinished';
  if (finish?.error === undefined) return { ended, error: null };
  const { code, message, hint = null, step = null } = finish.error;
  return { ended, error: { code, message, hint, step } };
}

function metInWords(start: Reading['start'], { thresholds, rules }: Limits): readonly string[] {
  return [
    start.require.length === 0
      ? nothingRequired(start, thresholds)
      : `Proven, as required: ${start.require.join(', ')}.`,
    ...(thresholds.length === 0
      ? []
      : [`${counted(thresholds.length, 'threshold is', 'thresholds are')} met.`]),
    ...(rules.length === 0
      ? []
      : [`${counted(rules.length, 'order rule is', 'order rules are')} kept.`]),
  ];
}

/** The first tag that failed although nothing required it: a passed run must not hide it. */
function notReached(
  required: readonly string[],
  tags: Readonly<Record<TagName, Tag>>,
): readonly string[] {
  const name = TAGS.find((tag) => tags[tag].status === 'failed' && !required.includes(tag));
  return name === undefined ? [] : [`Not required, and failed: ${name}: ${whyNot(name, tags)}`];
}

function checked({ checks }: Reading): readonly string[] {
  const passed = checks.filter(({ status }) => status === 'passed').length;
  return checks.length === 0 ? [] : [`${passed} of ${counted(checks.length, 'check')} passed.`];
}

function whyNotCompleted({ finish }: Reading): string {
  if (finish === undefined) return 'The events break off: the run was ended from outside.';
  const { error } = finish;
  if (finish.outcome === 'aborted') {
    return `The run was aborted${error ? `: ${error.message}` : '.'}`;
  }
  if (error === undefined) return 'The run failed without saying why.';
  return `${error.code}${error.step === undefined ? '' : ` in step ${error.step}`}: ${error.message}`;
}

function unmetReason(name: string, tags: Readonly<Record<TagName, Tag>>): readonly string[] {
  const known = TAGS.find((tag) => tag === name);
  if (known === undefined) return [`${name} is required and not a tag that can be proven.`];
  const { status } = tags[known];
  return status === 'proven' ? [] : [`${name} is required and ${status}: ${whyNot(known, tags)}`];
}

/** The clauses that a tag still lacks, each with its first evidence. */
function whyNot(name: TagName, tags: Readonly<Record<TagName, Tag>>): string {
  const tag = tags[name];
  const unmet = rootOf(tag, tags);
  const others = tag.clauses.filter(({ id, status }) => status !== 'proven' && id !== unmet?.id);
  const more = others
    .filter(({ id }) => !id.startsWith('holds-'))
    .map(({ id, evidence }) => `${id} (${evidence[0] ?? ''})`);
  return [`${unmet?.id} (${unmet?.evidence[0] ?? ''})`, ...more].join('; ');
}

/** The clause that a tag really lacks, through the tags that it builds on. */
function rootOf(tag: Tag, tags: Readonly<Record<TagName, Tag>>): ReturnType<typeof firstUnmet> {
  const unmet = firstUnmet(tag);
  const below = TAGS.find((name) => unmet?.id === `holds-${name}`);
  return below === undefined ? unmet : rootOf(tags[below], tags);
}
