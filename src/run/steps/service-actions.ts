import type { Placed } from '../../lab/deployment/reachable-lab.ts';
import { containerNamed } from '../../lab/find.ts';
import { readServiceLabels } from '../../lab/labels.ts';
import type { Step } from '../../plan/step.ts';
import type { Side, ReleaseRef } from '../../release/release.ts';
import {
  instanceName,
  successorOf,
  type ServiceInstance,
} from '../../scenario/topology/topology.ts';
import type { RunContext } from '../context.ts';
import { whileStopping } from './slow-stop.ts';

/** How long an engine's stop waits for operations in progress. */
const REST_LIMIT_MS = 20_000;

/**
 * Stops a service with its own grace, reads its log to the end, removes the container. If the
 * scenario requests it, no operation is in progress when an engine stops.
 */
export async function stopInStep(
  context: RunContext,
  target: ServiceInstance,
  step: string,
): Promise<void> {
  const { plan, emit, now, signal } = context;
  const { load } = context.state;
  if (load === undefined || target.role !== 'engine' || plan.load.workload.restAtStops !== true) {
    return stop(context, target, step);
  }
  try {
    const from = now();
    const left = await load.rest(REST_LIMIT_MS, signal);
    const waited = `after ${((now() - from) / 1000).toFixed(1)} s`;
    const text =
      left === 0
        ? `no operation was under way ${waited}`
        : `${left} operations were still under way ${waited}; it is stopped anyway`;
    emit({ type: 'step-note', at: now(), step, text });
    await stop(context, target, step);
  } finally {
    load.workOn();
  }
}

/** Stops idle services of the target. The next upgrade of a chain still needs them. */
export async function tryStop(
  { id, targets, limitSeconds }: Extract<Step, { kind: 'try-stop' }>,
  context: RunContext,
): Promise<void> {
  if (context.link?.last === false) return;
  for (const target of targets) await stop(context, target, id, limitSeconds);
}

async function stop(
  context: RunContext,
  target: ServiceInstance,
  step: string,
  limitSeconds = context.plan.stopSeconds,
): Promise<void> {
  const { lab, emit, now, signal, watch } = context;
  const { release, side } = await runningRelease(context, target);
  const where = { node: target.node, service: target.service, ...release, side };
  emit({ type: 'service-stopping', at: now(), ...where });
  const stopping = lab.stopService(target, signal, limitSeconds);
  const stopped = await whileStopping(stopping, { step, target }, context);
  const { exitCode, outOfMemory, seconds } = stopped;
  emit({ type: 'service-stopped', at: now(), ...where, exitCode, outOfMemory, seconds });
  context.state.engineStopped(instanceName(target));
  context.state.swapped(now());
  await watch.ended(target);
  await lab.removeService(target);
}

/**
 * Starts a service and waits until it serves.
 * @param replaces The service beside which it starts and which it replaces.
 */
export async function startService(
  context: RunContext,
  target: ServiceInstance,
  { side, vhost }: Placed,
  replaces?: ServiceInstance,
): Promise<void> {
  const { lab, emit, now, plan, signal, watch } = context;
  const release = plan[side];
  const where = {
    node: target.node,
    service: target.service,
    ...(replaces === undefined ? {} : { replaces: replaces.service }),
  };
  const began = now();
  const startedAt = await lab.startService(target, release, { vhost, side }, signal);
  emit({ type: 'service-started', at: now(), ...where, ...release, side, vhost });
  watch.follow(target, release);
  await emitServing(context, target, { release, side, vhost, startedAt, began });
  context.state.load?.swapDone(target);
}

/** Starts an engine beside the one that it will replace. */
export function surgeEngine(
  context: RunContext,
  target: ServiceInstance,
  placed: Placed,
): Promise<void> {
  return startService(context, successorOf(target), placed, target);
}

export interface StartedService {
  readonly release: ReleaseRef;
  readonly side: Side;
  readonly vhost: string;
  /** When its container was started, in milliseconds since the epoch. */
  readonly startedAt: number;
  /** The same in milliseconds since the start of the run. */
  readonly began: number;
}

/** Waits until a service that was started serves, and emits it. */
export async function emitServing(
  context: RunContext,
  target: ServiceInstance,
  { release, side, vhost, startedAt, began }: StartedService,
): Promise<void> {
  const { lab, emit, now, plan, signal } = context;
  const serving = await lab.awaitServing(target, release, {
    vhost,
    startedAt,
    limitSeconds: plan.serveSeconds,
    signal,
  });
  const { engineId } = serving;
  if (engineId !== undefined) {
    context.state.engineServes(instanceName(target), { engineId, vhost });
  }
  emit({
    type: 'service-serving',
    at: now(),
    node: target.node,
    service: target.service,
    ...release,
    side,
    version: serving.version,
    ...(engineId === undefined ? {} : { engineId }),
    seconds: (now() - began) / 1000,
  });
  context.state.swapped(now());
}

/** The version and the vhost that a service's container reports. */
export async function runningRelease(
  context: RunContext,
  target: ServiceInstance,
): Promise<Pick<StartedService, 'release' | 'side' | 'vhost'>> {
  const { lab, plan } = context;
  const found = await containerNamed(lab, lab.container(target));
  const labelled = found === undefined ? undefined : readServiceLabels(found.labels);
  if (found === undefined || labelled === undefined) {
    return { release: plan.base, side: 'base', vhost: plan.baseVhost };
  }
  const { series, vhost } = labelled;
  const side = sideOf(found.image, labelled.side, plan);
  const { version } = plan[side];
  return { release: { series, version, image: found.image }, side, vhost };
}

/**
 * By the image if base and target have different ones: a label may come from a previous upgrade, in
 * which the base was the target.
 */
function sideOf(image: string, labelled: Side, { base, target }: RunContext['plan']): Side {
  if (base.image === target.image) return labelled;
  return image === base.image ? 'base' : 'target';
}
