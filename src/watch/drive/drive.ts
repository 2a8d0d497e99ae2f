import { RollgateError } from '../../errors.ts';
import type { EventSink } from '../../events/event.ts';
import { waitSeconds } from '../../load/clock.ts';
import type { LoadPlan } from '../../plan/plan.ts';
import { instanceName } from '../../scenario/topology/topology.ts';
import type { CloudAccess } from '../../subject/cloud.ts';
import { MARK } from '../../words.ts';
import type { OpenStep, WatchSteps } from '../timeline.ts';
import { perform, type Driver } from './driver.ts';
import type { ServedAgain } from './served-again.ts';
import type { Deed, Turn } from './turns.ts';

/** An upgrade that the gate paces and a deployer carries out. */
export interface Drive {
  readonly turns: readonly Turn[];
  readonly driver: Driver;
  readonly servedAgain: ServedAgain;
  /** How long the gate waits after a deed until the service serves again. */
  readonly patienceSeconds: number;
}

/** The watch that it is part of. */
export interface DriveContext {
  /** The watch's folder. */
  readonly directory: string;
  readonly load: LoadPlan;
  readonly access: Pick<CloudAccess, 'serverHeader'>;
  readonly emit: EventSink;
  /** Milliseconds since the start of the run. */
  readonly now: () => number;
  readonly say: (line: string) => void;
}

/**
 * Requests one turn after the other from the deployer, each when the services of the last one serve
 * again.
 *
 * @returns Why it stopped before the end: the deployer failed, or a service did not serve again.
 */
export async function driveAll(
  { turns, ...drive }: Drive,
  context: DriveContext,
  timeline: WatchSteps,
  signal: AbortSignal,
): Promise<RollgateError | undefined> {
  timeline.endMark();
  try {
    for (const turn of turns) {
      if (signal.aborted) return undefined;
      if (turn.kind === 'hold') {
        const { stage, name, seconds } = turn;
        await timeline.during({ stage, kind: 'hold', name }, () => waitSeconds(seconds, signal));
      } else {
        await carryOutTurn(turn, { ...drive, context, timeline, signal });
      }
    }
  } catch (error) {
    if (signal.aborted) return undefined;
    if (error instanceof RollgateError) return error;
    throw error;
  }
  return undefined;
}

interface DriveParts extends Omit<Drive, 'turns'> {
  readonly context: DriveContext;
  readonly timeline: WatchSteps;
  readonly signal: AbortSignal;
}

async function carryOutTurn(
  { stage, deeds, away, meets }: Extract<Turn, { kind: 'deeds' }>,
  { driver, servedAgain, patienceSeconds, context, timeline, signal }: DriveParts,
): Promise<void> {
  const { directory: folder, now, say, load, access, emit } = context;
  const open = deeds.map((deed) => begin(deed, stage, timeline));
  const steps = deeds.map(({ step }) => step).join(', ');
  say(`${steps}: ${deeds.map(({ name }) => name).join('; ')}`);
  try {
    await Promise.all(deeds.map((deed) => perform(driver, deed, { folder, signal })));
    if (away.length > 0) {
      const text = `the plan leaves no ${away.join(' and no ')} in service: the gate does not wait`;
      for (const { id } of open) emit({ type: 'step-note', at: now(), step: id, text });
    } else {
      await servedAgain.wait(
        {
          probes: load.probes.map(({ probe, connection }) => `${probe}/${connection}`),
          work: load.workload.rate > 0,
          servers: access.serverHeader === undefined ? [] : meets.map(instanceName),
        },
        now(),
        { limitSeconds: patienceSeconds, signal },
      );
    }
  } catch (error) {
    for (const step of open) timeline.finish(step, now(), 'failed');
    throw error;
  }
  for (const step of open) timeline.finish(step);
}

function begin(
  { name, node, service, release }: Deed,
  stage: string,
  timeline: WatchSteps,
): OpenStep {
  return timeline.begin({
    stage,
    kind: MARK,
    name,
    ...(node === undefined ? {} : { node }),
    ...(service === undefined ? {} : { service }),
    ...(release === undefined ? {} : { version: release.version }),
  });
}
