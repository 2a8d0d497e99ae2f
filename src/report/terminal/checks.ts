import type { EventOf } from '../../events/event.ts';
import type { Line } from '../line.ts';

/** What a check came to, as a run tells it while it goes; of one that failed its last lines too. */
export function checkLines({
  status,
  detail,
  output,
  log,
}: EventOf<'check-finished'>): readonly Line[] {
  if (status === 'passed') return [[{ text: `  ${detail}`, style: 'faint' }]];
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  return [
    [{ text: `✘ ${detail}`, style: 'bad' }],
    ...lines.map((line): Line => [{ text: `    ${line}`, style: 'faint' }]),
    ...(log === undefined ? [] : [[{ text: `    all of it: ${log}`, style: 'faint' } as const]]),
  ];
}
