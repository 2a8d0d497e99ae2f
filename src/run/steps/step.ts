import { isOfLoad, type SingleStep, type Step } from '../../plan/step.ts';
import { carryOutCheck } from '../checkpoints/check.ts';
import type { RunContext } from '../context.ts';
import { carryOutFault } from '../faults/fault.ts';
import { carryOutRoll } from '../script/roll.ts';
import { carryOutScript } from '../script/script.ts';
import { drainApi, undrainApi } from './drain.ts';
import { carryOutTask } from './infrastructure-task.ts';
import { carryOutLoadStep } from './load-steps.ts';
import { migrate, migrateData } from './migrate.ts';
import { moveApi } from './move-api.ts';
import { quiesce } from './quiesce.ts';
import { reload } from './reload.ts';
import { startService, stopService, surgeEngine } from './service-actions.ts';
import { swapInfrastructure } from './swap-infrastructure.ts';

/** Carries out one step. @throws The error that made it fail. */
export async function carryOutStep(
  step: SingleStep,
  context: RunContext,
  carryOutInner: (step: Step) => Promise<void>,
): Promise<void> {
  const { lab } = context;
  if (isOfLoad(step)) return carryOutLoadStep(step, context);
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
      return startService(context, step.target, step);
    case 'swap':
      await stopService(context, step.target, step.id);
      return startService(context, step.target, step);
    case 'surge':
      return surgeEngine(context, step.target, step);
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
    case 'infrastructure-task':
      return carryOutTask(step, context);
    case 'fault':
      return carryOutFault(step, context);
    case 'check':
      return carryOutCheck(step, context);
    case 'script':
      return step.run === undefined
        ? carryOutRoll(step, context, carryOutInner)
        : carryOutScript({ ...step, run: step.run }, context, carryOutInner);
    default:
      return step satisfies never;
  }
}
