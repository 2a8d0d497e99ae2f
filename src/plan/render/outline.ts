import type { Plan } from '../plan.ts';
import { targetOf, walkStep } from '../walk.ts';

/** A plan as other programs read it; the shape is part of rollgate's contract. */
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
}

/** The answer of `plan --json`. Steps within a step follow it, so that every id appears. */
export function planJson({ seed, stages }: Plan): PlanOutline {
  return {
    seed,
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
