import { systemClock } from '../../load/clock.ts';
import type { Fault } from '../../plan/plan.ts';
import { MACHINE } from '../../scenario/fault.ts';
import { instanceName, type ServiceInstance } from '../../scenario/topology.ts';
import type { RunContext } from '../context.ts';
import { runningRelease, tellServing } from '../service-actions.ts';

type FaultStep = Fault & { readonly id: string };

/** Does what a fault says and undoes it, also when the run is aborted meanwhile. */
export async function carryOutFault(step: FaultStep, context: RunContext): Promise<void> {
  switch (step.fault) {
    case 'burn-cpu':
      return burnCpu(step, context);
    case 'pause':
      return pause(step, context);
    case 'stop':
      return 'target' in step
        ? stopService(step, step.target, context)
        : stopInfrastructure(step, context);
  }
}

/** Where a fault is done, as events name it. */
function placeOf(step: FaultStep): string {
  if (step.fault === 'burn-cpu') return MACHINE;
  return 'target' in step ? instanceName(step.target) : step.infrastructure;
}

/** Holds what was done for the fault's time, then undoes it and tells both ends. */
async function held(
  step: FaultStep,
  { emit, now, signal }: RunContext,
  undo: () => Promise<unknown>,
): Promise<void> {
  const common = { step: step.id, fault: step.fault, on: placeOf(step) };
  const beganAt = systemClock.now();
  emit({ type: 'fault-began', at: now(), ...common });
  try {
    await systemClock.sleepUntil(beganAt + step.seconds * 1000, signal);
  } finally {
    await undo();
    emit({ type: 'fault-ended', at: now(), ...common });
  }
  signal.throwIfAborted();
}

async function pause(step: FaultStep, context: RunContext): Promise<void> {
  const { lab } = context;
  const container = containerOf(step, context);
  await lab.engine.pause(container);
  await held(step, context, () => lab.engine.unpause(container));
}

async function stopInfrastructure(step: FaultStep, context: RunContext): Promise<void> {
  const { lab, signal } = context;
  const container = containerOf(step, context);
  await lab.engine.stop(container, INFRASTRUCTURE_GRACE_SECONDS, signal);
  await held(step, context, async () => {
    await lab.engine.startAgain(container);
    await lab.findPorts();
  });
}

/** As the engine's own `stop` gives. */
const INFRASTRUCTURE_GRACE_SECONDS = 10;

/** The same container is started again, and has to serve. */
async function stopService(
  step: FaultStep,
  target: ServiceInstance,
  context: RunContext,
): Promise<void> {
  const { lab, emit, now, watch, signal } = context;
  const { release, vhost } = await runningRelease(context, target);
  const where = { node: target.node, service: target.service, ...release };
  emit({ type: 'service-stopping', at: now(), ...where });
  const { exitCode, outOfMemory, seconds } = await lab.stopService(target, signal);
  emit({ type: 'service-stopped', at: now(), ...where, exitCode, outOfMemory, seconds });
  await watch.ended(target);
  let startedAt = Date.now();
  let began = now();
  await held(step, context, async () => {
    startedAt = Date.now();
    began = now();
    await lab.engine.startAgain(lab.container(target));
    emit({ type: 'service-started', at: now(), ...where });
    watch.follow(target, release, { since: startedAt });
  });
  await tellServing(context, target, { release, vhost, startedAt, began });
}

async function burnCpu(step: FaultStep, context: RunContext): Promise<void> {
  const { lab, signal, emit, now } = context;
  const common = { step: step.id, fault: step.fault, on: MACHINE };
  await lab.burnCpu(step.seconds, signal, {
    began: () => emit({ type: 'fault-began', at: now(), ...common }),
    ended: () => emit({ type: 'fault-ended', at: now(), ...common }),
  });
}

function containerOf(step: FaultStep, { lab }: RunContext): string {
  if ('target' in step) return lab.container(step.target);
  if ('infrastructure' in step) return lab.infrastructure(step.infrastructure);
  throw new Error(`${step.fault} is not done to a container: a bug`);
}
