import type { NetworkPlace, StoppedContainer } from '../../containers/port.ts';
import { networkName } from '../../lab/labels.ts';
import { systemClock } from '../../load/clock.ts';
import type { Fault } from '../../plan/step.ts';
import type { ReleaseRef, Side } from '../../release/release.ts';
import { MACHINE } from '../../scenario/fault.ts';
import {
  instanceName,
  type ServiceInstance,
  type NodeName,
} from '../../scenario/topology/topology.ts';
import type { RunContext } from '../context.ts';
import { runningRelease, emitServing } from '../steps/service-actions.ts';
import { whileStopping } from '../steps/slow-stop.ts';
import { burnCpu } from './cpu-burner.ts';
import { changeNetwork } from './network.ts';
import type { Reversible } from './reversible.ts';

export type FaultStep = Fault & { readonly id: string };

/** Makes a fault and undoes it, even if the run is aborted meanwhile. */
export async function carryOutFault(step: FaultStep, context: RunContext): Promise<void> {
  switch (step.fault) {
    case 'burn-cpu':
      return burn(step, context);
    case 'pause':
      return pause(step, context);
    case 'unplug':
      return unplug(step, context);
    case 'stop':
    case 'kill':
      return 'target' in step
        ? endService(step, step.target, context)
        : endInfrastructure(step, context);
    case 'cut':
    case 'narrow':
      return changeNetwork(step, context, (work) => held(step, context, work));
  }
}

/** The place of a fault, as events name it. */
function placeOf(step: FaultStep): string {
  if (step.fault === 'burn-cpu') return MACHINE;
  return 'target' in step ? instanceName(step.target) : step.infrastructure;
}

/**
 * Makes the fault, holds it for its duration, undoes it. The event comes before the fault, so that
 * its effects are expected.
 */
async function held(
  step: FaultStep,
  { emit, now, signal }: RunContext,
  { make, undo }: Reversible,
): Promise<void> {
  const common = { step: step.id, fault: step.fault, on: placeOf(step) };
  emit({ type: 'fault-began', at: now(), ...common });
  await make();
  try {
    await systemClock.sleepUntil(systemClock.now() + step.seconds * 1000, signal);
  } finally {
    const effect = await undo();
    emit({
      type: 'fault-ended',
      at: now(),
      ...common,
      ...(effect === undefined ? {} : { effect }),
    });
  }
  signal.throwIfAborted();
}

async function pause(step: FaultStep, context: RunContext): Promise<void> {
  const { lab } = context;
  const container = containerOf(step, context);
  await held(step, context, {
    make: () => lab.engine.pause(container),
    async undo() {
      await lab.engine.unpause(container);
      return undefined;
    },
  });
}

async function unplug(step: FaultStep, context: RunContext): Promise<void> {
  const { lab } = context;
  const container = containerOf(step, context);
  const network = networkName(lab.name);
  let had: NetworkPlace = { address: '', aliases: [] };
  await held(step, context, {
    async make() {
      had = await lab.engine.unplug(container, network);
    },
    async undo() {
      await lab.engine.plugIn(container, network, had.aliases);
      return { text: `its address ${had.address} and its name were gone` };
    },
  });
}

async function endInfrastructure(step: FaultStep, context: RunContext): Promise<void> {
  const { lab, signal, watch } = context;
  const container = containerOf(step, context);
  await held(step, context, {
    async make() {
      if (step.fault === 'kill') await lab.engine.kill(container);
      else await lab.engine.stop(container, INFRASTRUCTURE_GRACE_SECONDS, signal);
    },
    async undo() {
      const since = Date.now();
      await lab.engine.startAgain(container);
      if ('infrastructure' in step) {
        await watch.followInfrastructure(step.infrastructure, { since });
      }
      return undefined;
    },
  });
}

/** The same as for the engine's own `stop`. */
const INFRASTRUCTURE_GRACE_SECONDS = 10;

/** The same container is started again, and has to serve. */
async function endService(
  step: FaultStep,
  target: ServiceInstance,
  context: RunContext,
): Promise<void> {
  const { lab, emit, now, watch } = context;
  const { release, side, vhost } = await runningRelease(context, target);
  const where = { node: target.node, service: target.service, ...release, side };
  let startedAt = Date.now();
  let began = now();
  await held(step, context, {
    async make() {
      const { exitCode, outOfMemory, seconds } = await ended(step, target, context, where);
      emit({ type: 'service-stopped', at: now(), ...where, exitCode, outOfMemory, seconds });
      await watch.ended(target);
    },
    async undo() {
      startedAt = Date.now();
      began = now();
      await lab.engine.startAgain(lab.container(target));
      emit({ type: 'service-started', at: now(), ...where });
      watch.follow(target, release, { since: startedAt });
      return undefined;
    },
  });
  await emitServing(context, target, { release, side, vhost, startedAt, began });
}

/** A kill is recorded as an outage, a stop as a requested end. */
function ended(
  { fault, id: step }: FaultStep,
  target: ServiceInstance,
  context: RunContext,
  where: { readonly node: NodeName; readonly service: string; readonly side: Side } & ReleaseRef,
): Promise<StoppedContainer> {
  const { lab, plan, emit, now, signal } = context;
  if (fault === 'kill') return lab.engine.kill(lab.container(target));
  emit({ type: 'service-stopping', at: now(), ...where });
  return whileStopping(
    lab.stopService(target, signal, plan.stopSeconds),
    { step, target },
    context,
  );
}

async function burn(step: FaultStep, context: RunContext): Promise<void> {
  const { lab, signal, emit, now } = context;
  const common = { step: step.id, fault: step.fault, on: MACHINE };
  await burnCpu(lab, step.seconds, signal, {
    began: () => emit({ type: 'fault-began', at: now(), ...common }),
    ended: () => emit({ type: 'fault-ended', at: now(), ...common }),
  });
}

function containerOf(step: FaultStep, { lab }: RunContext): string {
  if ('target' in step) return lab.container(step.target);
  if ('infrastructure' in step) return lab.infrastructure(step.infrastructure);
  throw new Error(`${step.fault} is not done to a container: a bug`);
}
