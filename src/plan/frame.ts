import type { ServiceInstance } from '../scenario/topology/topology.ts';
import type { DraftStage } from './draft.ts';

/** How long the load runs before the first change and after the last. */
export interface FrameDurations {
  readonly baselineSeconds: number;
  readonly afterSeconds: number;
  /** How long stuck objects are followed after a retry; 0: no retry. */
  readonly reviveSeconds: number;
  /** How long each of `lastStopped` may take to stop after the load; 0: none is stopped. */
  readonly stopAtEndSeconds: number;
}

/**
 * The frame of every choreography: load before the first change, and after the last change until
 * all accepted operations are settled. Probes continue during that time: the API has to serve then
 * too.
 */
export function framed(
  stages: readonly DraftStage[],
  { baselineSeconds, afterSeconds, reviveSeconds, stopAtEndSeconds }: FrameDurations,
  lastStopped: readonly ServiceInstance[],
): readonly DraftStage[] {
  return [
    {
      name: 'baseline',
      steps: [{ kind: 'start-load' }, { kind: 'hold', seconds: baselineSeconds }],
    },
    ...stages,
    {
      name: 'after',
      steps: [
        { kind: 'release' },
        { kind: 'hold', seconds: afterSeconds },
        { kind: 'stop-workload' },
        { kind: 'settle' },
        ...(reviveSeconds > 0 ? [{ kind: 'revive', limitSeconds: reviveSeconds } as const] : []),
        { kind: 'stop-load' },
        ...(stopAtEndSeconds > 0
          ? [
              {
                kind: 'try-stop',
                targets: lastStopped,
                limitSeconds: stopAtEndSeconds,
              } as const,
            ]
          : []),
      ],
    },
  ];
}
