import { sideLabels } from '../../../release/release.ts';
import { counted, number } from '../../../text/counted.ts';
import { changedCodeInWords } from '../../../verdict/reading/changed-code.ts';
import { describePairs } from '../../../verdict/reading/pairs.ts';
import { withoutForecasts } from '../../../verdict/reading/preflight.ts';
import { rollbackInWords } from '../../../verdict/reading/rollback.ts';
import type { Verdict } from '../../../verdict/schema/verdict.ts';
import { changeInWords, changedFacts, releasesInWords } from '../../discovered-in-words.ts';
import { wrap, type Line } from '../../line.ts';
import { ABOUT_WIDTH, entry } from './entry.ts';
import { SIGN } from './mark.ts';

/** `Mixed`: how long old and new ran side by side, and what each did. */
export function mixed(verdict: Verdict): readonly Line[] {
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

/** Changes in the answers of a watched cloud; the summary has space for a few. */
const MOST_CHANGES = 3;

/** What the answers of a watched cloud showed of its services. */
export function seen({ watched, subject }: Verdict, width: number): readonly Line[] {
  const release = watched === null ? undefined : releasesInWords(watched);
  if (watched === null || release === undefined) return [];
  const changes = changedFacts(watched);
  const mixed = (watched.mixed ?? []).reduce((sum, { seconds }) => Math.max(sum, seconds), 0);
  const rest = changes.length - MOST_CHANGES;
  return [
    `${subject} ${release}`,
    ...changes.slice(0, MOST_CHANGES).map(changeInWords),
    ...(rest > 0 ? [`and ${counted(rest, 'more change')}`] : []),
    ...(mixed === 0 ? [] : [`different answers side by side for ${mixed.toFixed(1)} s`]),
  ]
    .flatMap((text) => wrap(text, width - ABOUT_WIDTH))
    .map((line, index) => entry(index === 0 ? 'Seen' : '', line));
}

/** The part of the user's own change that ran. */
export function changedCode({ changedCode }: Verdict, width: number): readonly Line[] {
  if (changedCode === undefined) return [];
  const text = changedCodeInWords(changedCode);
  const style = changedCode.notMet.length === 0 ? undefined : 'warn';
  return wrap(text, width - ABOUT_WIDTH).map((line, index) =>
    entry(index === 0 ? 'Change' : '', line, style),
  );
}

export function pauses({ pauses }: Verdict): readonly Line[] {
  if (pauses.length === 0) return [];
  const before = pauses.map(({ next }) => next ?? 'the end').join(', ');
  const stopped = pauses.filter(({ load }) => load === 'stopped');
  const reason =
    stopped.length === 0 ? '' : `; ${total(stopped)} with the load stopped are in no figure`;
  return [entry('Paused', `${total(pauses)} before ${before}${reason}`, 'warn')];
}

function total(pauses: Verdict['pauses']): string {
  return `${pauses.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(0)} s`;
}

export function rollback({ rollback }: Verdict, width: number): readonly Line[] {
  const text = rollbackInWords(rollback);
  if (rollback === null || text === undefined) return [];
  const { style } = SIGN[rollback.status];
  return wrap(text, width - ABOUT_WIDTH).map((line, index) =>
    entry(index === 0 ? 'Back' : '', line, style),
  );
}

/** The forecasts that came true; a forecast that the choreography avoids is not expected. */
export function foreseen({ predictions, preflight }: Verdict, width: number): readonly Line[] {
  if (preflight != null && preflight.status !== 'made') {
    const text = `nothing: ${withoutForecasts(preflight)}`;
    const style = preflight.status === 'failed' ? 'warn' : 'faint';
    return wrap(text, width - ABOUT_WIDTH).map((line, index) =>
      entry(index === 0 ? 'Foresaw' : '', line, style),
    );
  }
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
