import type { EventOf } from '../../events/event.ts';
import { counted, number } from '../../text/counted.ts';
import type { Line, Style } from '../line.ts';
import { upgradeInWords } from '../upgrade-in-words.ts';
import type { LiveRun } from './live.ts';

/** The upgrade, and the order of the roll. */
export function startLines(event: EventOf<'run-started'>): readonly Line[] {
  const { watched = null, configurationChanges = null, choreography, topology, seed } = event;
  const infrastructure = (event.infrastructure ?? []).map(({ service, suite }) => ({
    service,
    from: '',
    to: `Debian ${suite}`,
  }));
  const text = `${upgradeInWords({ ...event, watched, configurationChanges, infrastructure })}, ${choreography} on ${topology}, seed ${seed}`;
  return [[{ text, style: 'strong' }]];
}

const MARK = {
  done: { text: '✔', style: 'good' },
  failed: { text: '✘', style: 'bad' },
  aborted: { text: '✘', style: 'warn' },
} as const satisfies Record<
  EventOf<'step-finished'>['status'],
  { readonly text: string; readonly style: Style }
>;

/** How a step ended, and the counts of the load during it. */
export function stepLines(
  { step: id, status, seconds, error }: EventOf<'step-finished'>,
  run: LiveRun,
): readonly Line[] {
  const step = run.running(id);
  // Its parts have their own lines; `together` only gives their order in time.
  if (step?.kind === 'together' && status === 'done') return [];
  const requests = run.requests - (step?.requestsBefore ?? 0);
  const lost = run.lost - (step?.lostBefore ?? 0);
  const counters = [
    ...(requests === 0 ? [] : [`${counted(requests, 'request')}, ${number(lost)} lost`]),
    ...(run.objectsInFlight === 0 ? [] : [`${counted(run.objectsInFlight, run.noun)} in flight`]),
  ];
  const line: Line = [
    MARK[status],
    { text: ` ${id} ${step?.name ?? ''}` },
    { text: ` (${seconds.toFixed(1)} s)`, style: 'faint' },
    ...(counters.length === 0
      ? []
      : [{ text: `: ${counters.join('; ')}`, ...(lost > 0 ? { style: 'bad' as const } : {}) }]),
  ];
  if (error === undefined) return [line];
  return [
    line,
    [{ text: `  ${error.code}: ${error.message}`, style: 'bad' }],
    ...(error.hint === undefined ? [] : [[{ text: `  ${error.hint}` }]]),
  ];
}
