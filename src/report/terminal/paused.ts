import type { EventOf } from '../../events/event.ts';
import type { Line } from '../line.ts';
import type { LiveRun } from './live.ts';

/** The state of the load while its run is paused. */
export const LOAD_IN_WORDS = {
  running: 'the load goes on',
  stopped: 'the load is paused',
  none: 'no load runs',
} as const satisfies Record<EventOf<'run-paused'>['load'], string>;

/** Where a run is paused, why, and the commands for its lab during the pause. */
export function pausedLines(
  { next, why, load }: EventOf<'run-paused'>,
  run: Pick<LiveRun, 'lab' | 'noun' | 'planned'>,
): readonly Line[] {
  const step = next === undefined ? undefined : run.planned(next);
  const where = step === undefined ? 'the end' : `${step.id} ${step.name}`;
  const name = `--name ${run.lab}`;
  const commands: readonly (readonly [string, string])[] = [
    [
      `rollgate status ${name}`,
      `nodes, queues, ${run.noun}s in progress and the engines that hold them`,
    ],
    [`rollgate logs -f --since 60 ${name}`, 'the output of the services'],
    [`rollgate shell node1 ${name}`, 'a shell in a container; sql and queues look into the rest'],
    [`eval "$(rollgate env ${name})"`, 'for your own openstack client'],
    [`rollgate resume ${name}`, 'resumes the run; Ctrl-C here ends it'],
  ];
  const width = Math.max(...commands.map(([command]) => command.length));
  return [
    [{ text: `⏸ paused at ${where}`, style: 'strong' }, { text: `; ${LOAD_IN_WORDS[load]}` }],
    ...why.map((reason) => [{ text: `  ${reason}` }]),
    ...commands.map(([command, what]) => [
      { text: `  ${command.padEnd(width)}  ` },
      { text: what, style: 'faint' } as const,
    ]),
  ];
}
