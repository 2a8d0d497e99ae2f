import { describeRule } from '../../scenario/order-rule.ts';
import { SCRIPT } from '../../scenario/own-files/script.ts';
import { breachesOf } from '../paper/order-rules.ts';
import type { Plan } from '../plan.ts';
import { targetOf, walkStep } from '../walk.ts';

/** A plan for other programs; its shape is part of rollgate's contract. */
export interface PlanOutline {
  readonly seed: number;
  readonly stages: readonly {
    readonly name: string;
    readonly steps: readonly {
      readonly id: string;
      readonly name: string;
      readonly kind: string;
      readonly node?: string;
    }[];
  }[];
  /** Absent for a scenario without rules. */
  readonly rules?: readonly {
    readonly name: string;
    readonly rule: string;
    /**
     * Where the plan breaks it, by ids of steps: `from` is absent for the start, `to` for the end.
     * `perhaps`: only in a certain order of parallel steps. `null`: the plan keeps it. Absent if
     * only the run can show it.
     */
    readonly broken?: {
      readonly from?: string;
      readonly to?: string;
      readonly perhaps: boolean;
    } | null;
  }[];
}

/** The answer of `plan --json`. Steps inside a step follow it, so that every id appears. */
export function planJson(plan: Plan): PlanOutline {
  const { seed, stages } = plan;
  return {
    seed,
    ...(plan.rules.length === 0 ? {} : { rules: rulesOf(plan) }),
    stages: stages.map(({ name, steps }) => ({
      name,
      steps: steps
        .flatMap((step) => [...walkStep(step)])
        .map((step) => {
          const target = targetOf(step);
          const { id, name, kind } = step;
          return { id, name, kind, ...(target === undefined ? {} : { node: target.node }) };
        }),
    })),
  };
}

function rulesOf(plan: Plan): NonNullable<PlanOutline['rules']> {
  const breaches = breachesOf(plan);
  return plan.rules.map((rule) => {
    const common = { name: rule.name, rule: describeRule(rule) };
    if (plan.choreography === SCRIPT) return common;
    const breach = breaches.find((one) => one.rule === rule);
    if (breach === undefined) return { ...common, broken: null };
    const { from, to, perhaps } = breach;
    return {
      ...common,
      broken: { ...(from && { from: from.id }), ...(to && { to: to.id }), perhaps },
    };
  });
}
