import { RollgateError } from '../../errors.ts';
import { databaseSize } from '../../lab/deployment/own-database.ts';
import { parseRan } from '../../observe/logs/ran.ts';
import type { Action, SingleStep, Step } from '../../plan/step.ts';
import type { ReleaseRef } from '../../release/release.ts';
import { carryOutCheck } from '../checkpoints/check.ts';
import type { RunContext } from '../context.ts';
import { carryOutFault } from '../faults/fault.ts';
import { carryOutRoll } from '../script/roll.ts';
import { carryOutScript } from '../script/script.ts';
import { startAgent } from './agent.ts';
import { startControlProbes } from './control-probes.ts';
import { drainApi, undrainApi } from './drain.ts';
import { LoadSession } from './load-session.ts';
import { moveApi } from './move-api.ts';
import { quiesce } from './quiesce.ts';
import { reload } from './reload.ts';
import { startService, stopService, surgeEngine } from './service-actions.ts';
import { swapInfrastructure } from './swap-infrastructure.ts';

/** Carries out one step. @throws The error that made it fail. */
export async function carryOut(
  step: SingleStep,
  context: RunContext,
  carryOutInner: (step: Step) => Promise<void>,
): Promise<void> {
  const { lab, signal } = context;
  switch (step.kind) {
    case 'db-sync':
      return migrate(step, context);
    case 'migrate-data':
      return migrateData(step, context);
    case 'pin':
      lab.pin(step.release);
      return undefined;
    case 'unpin':
      lab.pin(undefined);
      return undefined;
    case 'create-vhost':
      return lab.broker.createVhost(step.vhost);
    case 'set-options':
      lab.setOptions(step.config);
      return undefined;
    case 'stop':
      return stopService(context, step.target, step.id);
    case 'start':
      return startService(context, step.target, step.side, step.vhost);
    case 'swap':
      await stopService(context, step.target, step.id);
      return startService(context, step.target, step.side, step.vhost);
    case 'surge':
      return surgeEngine(context, step.target, step.side, step.vhost);
    case 'drain':
      return drainApi(step, context);
    case 'undrain':
      return undrainApi(step, context);
    case 'move-api':
      return moveApi(step, context);
    case 'reload':
      return reload(step, context);
    case 'quiesce':
      return quiesce(step, context);
    case 'swap-infrastructure':
      return swapInfrastructure(step, context);
    case 'fault':
      return carryOutFault(step, context);
    case 'check':
      return carryOutCheck(step, context);
    case 'script':
      return step.run === undefined
        ? carryOutRoll(step, context, carryOutInner)
        : carryOutScript({ ...step, run: step.run }, context, carryOutInner);
    case 'start-load':
      return startLoad(context);
    case 'release':
      return loadOf(context).release(signal);
    case 'stop-workload':
      loadOf(context).finishWorkload();
      return undefined;
    case 'hold':
      return hold(step, context);
    case 'settle':
      return loadOf(context).settle(context.lastSwapAt, signal);
    case 'revive': {
      const limit = AbortSignal.timeout(step.limitSeconds * 1000);
      await loadOf(context).revive(AbortSignal.any([signal, limit]));
      return signal.throwIfAborted();
    }
    case 'stop-load': {
      const load = loadOf(context);
      context.load = undefined;
      context.legacy = load.legacy;
      return load.stop();
    }
    default:
      return step satisfies never;
  }
}

async function hold(step: Extract<Step, { kind: 'hold' }>, context: RunContext): Promise<void> {
  const { pauses, load, signal } = context;
  if (step.crossingSeconds === undefined || load === undefined) {
    return pauses.wait(step.seconds * 1000, step, context);
  }
  const over = new AbortController();
  try {
    const until = AbortSignal.any([signal, over.signal]);
    const crossed = load.crossed(step.meetings ?? [], until);
    await pauses.wait(step.seconds * 1000, step, context);
    await pauses.wait(step.crossingSeconds * 1000, step, context, crossed);
  } finally {
    over.abort();
  }
}

async function migrate(
  { side }: Extract<Action, { kind: 'db-sync' }>,
  { plan, lab, emit, now, signal }: RunContext,
): Promise<void> {
  const began = now();
  const { baseVhost: vhost, migrateSeconds } = plan;
  const output = await lab.migrate(plan[side], { vhost, side, migrateSeconds }, signal);
  emitRan(output, plan[side], { emit, now });
  const seconds = (now() - began) / 1000;
  const revision = await lab.subject.schemaRevision(lab.database);
  // The size of an empty database is meaningless.
  const size = lab.loaded === undefined ? {} : { databaseBytes: (await databaseSize(lab)).bytes };
  emit({ type: 'schema-seen', at: now(), release: side, revision, seconds, ...size });
}

async function migrateData(
  { side }: Extract<Action, { kind: 'migrate-data' }>,
  { plan, lab, emit, now, signal }: RunContext,
): Promise<void> {
  const { baseVhost: vhost, migrateSeconds } = plan;
  const output = await lab.migrateData(plan[side], { vhost, side, migrateSeconds }, signal);
  emitRan(output, plan[side], { emit, now });
}

/** Reports the changed lines that ran in a container whose log the run does not follow. */
function emitRan(
  output: string,
  { version }: ReleaseRef,
  { emit, now }: Pick<RunContext, 'emit' | 'now'>,
): void {
  for (const line of output.split('\n')) {
    const ran = parseRan(line);
    if (ran === undefined) continue;
    emit({ at: now(), node: 'schema', service: 'db-sync', version, ...ran });
  }
}

function loadOf({ load }: RunContext): LoadSession {
  if (load === undefined) throw new RollgateError('no-load', 'the load was not started');
  return load;
}

async function startLoad(context: RunContext): Promise<void> {
  const { plan, lab, signal, own, census } = context;
  const { agent } = lab.subject;
  const load = await lab.subject.load(lab, signal);
  const listen =
    plan.load.agent === true && agent !== undefined
      ? await startAgent(lab, agent, { plan, signal })
      : undefined;
  context.load = LoadSession.start({
    ...context,
    load,
    controls: (common) => [
      ...startControlProbes(lab, common),
      ...(listen === undefined ? [] : [listen(common)]),
    ],
    client: own.client,
    plan: plan.load,
    seed: plan.seed,
    versions: [plan.base.version, plan.target.version],
    expect: (request, operation) => census.expect(request, operation),
  });
}
