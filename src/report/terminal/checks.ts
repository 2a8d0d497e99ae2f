import type { EventOf } from '../../events/event.ts';
import type { Line } from '../line.ts';

/** The result of a check, as the run prints it; for a failed check with its last lines. */
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
