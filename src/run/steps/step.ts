import type { SingleStep, Step, StepOf } from '../../plan/step.ts';
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
import { startService, stopInStep, surgeEngine } from './service-actions.ts';
import { swapInfrastructure } from './swap-infrastructure.ts';

type StepKind = SingleStep['kind'];
type Execution<K extends StepKind> = (
  step: StepOf<K>,
  context: RunContext,
  carryOutInner: (step: Step) => Promise<void>,
) => Promise<void>;

/** Carries out one step. @throws The error that made it fail. */
export async function carryOutStep<K extends StepKind>(
  step: StepOf<K>,
  context: RunContext,
  carryOutInner: (step: Step) => Promise<void>,
): Promise<void> {
  const execution: Execution<K> = EXECUTIONS[step.kind];
  await execution(step, context, carryOutInner);
}

const EXECUTIONS: { readonly [K in StepKind]: Execution<K> } = {
  'db-sync': migrate,
  'migrate-data': migrateData,
  pin: async ({ release }, { lab }) => lab.pin(release),
  unpin: async (_, { lab }) => lab.pin(undefined),
  'create-vhost': ({ vhost }, { lab }) => lab.broker.createVhost(vhost),
  'set-options': async ({ config }, { lab }) => lab.setOptions(config),

  stop: ({ target, id }, context) => stopInStep(context, target, id),
  start: (step, context) => startService(context, step.target, step),
  swap: async (step, context) => {
    await stopInStep(context, step.target, step.id);
    await startService(context, step.target, step);
  },
  surge: (step, context) => surgeEngine(context, step.target, step),
  drain: drainApi,
  undrain: undrainApi,
  'move-api': moveApi,
  reload,
  quiesce: (step, context) => quiesce(step, context),
  'swap-infrastructure': swapInfrastructure,
  'infrastructure-task': carryOutTask,

  fault: carryOutFault,
  check: carryOutCheck,
  script: (step, context, carryOutInner) =>
    step.run === undefined
      ? carryOutRoll(step, context, carryOutInner)
      : carryOutScript({ ...step, run: step.run }, context, carryOutInner),

  'try-stop': carryOutLoadStep,
  'start-load': carryOutLoadStep,
  release: carryOutLoadStep,
  'stop-workload': carryOutLoadStep,
  hold: carryOutLoadStep,
  settle: carryOutLoadStep,
  revive: carryOutLoadStep,
  'stop-load': carryOutLoadStep,
};
