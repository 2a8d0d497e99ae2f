import type { OfLoad, Step } from '../../plan/step.ts';
import type { RunContext } from '../context.ts';
import { startAgent } from './agent.ts';
import { startControlProbes } from './control-probes.ts';
import { LoadSession } from './load-session.ts';
import { tryStop } from './service-actions.ts';

/** Carries out a step of the load. @throws The error that made it fail. */
export async function carryOutLoadStep(
  step: Extract<Step, OfLoad>,
  context: RunContext,
): Promise<void> {
  const { signal, state } = context;
  switch (step.kind) {
    case 'start-load':
      return startLoad(context);
    case 'release':
      return state.startedLoad().release(signal);
    case 'stop-workload':
      state.startedLoad().finishWorkload();
      return undefined;
    case 'hold':
      return hold(step, context);
    case 'settle':
      return state.startedLoad().settle(state.lastSwapAt, signal);
    case 'revive': {
      const limit = AbortSignal.timeout(step.limitSeconds * 1000);
      await state.startedLoad().revive(AbortSignal.any([signal, limit]));
      return signal.throwIfAborted();
    }
    case 'stop-load': {
      const load = state.startedLoad();
      state.loadEnds();
      return load.stop();
    }
    case 'try-stop':
      return tryStop(step, context);
    default:
      return step satisfies never;
  }
}

async function hold(step: Extract<Step, { kind: 'hold' }>, context: RunContext): Promise<void> {
  const { pauses, state, signal } = context;
  const { load } = state;
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

async function startLoad(context: RunContext): Promise<void> {
  const { plan, lab, signal, own, census, state } = context;
  const { agent } = lab.subject;
  const load = await lab.subject.load(lab, signal);
  const listen =
    plan.load.agent === true && agent !== undefined
      ? await startAgent(lab, agent, { plan, signal })
      : undefined;
  const started = LoadSession.start({
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
  state.loadStarted(started);
}
