import type { Draft, DraftStage } from './draft.ts';
import type { Stage } from './plan.ts';
import { stepName, type Upgrade } from './render/step-name.ts';
import type { Step } from './step.ts';

/** Gives every step its number (`2.1`, within a `together` `2.1.1`) and its name. */
export function numbered(stages: readonly DraftStage[], upgrade: Upgrade): readonly Stage[] {
  const toStep = (draft: Draft, id: string): Step => {
    const common = { id, name: stepName(draft, upgrade) };
    return draft.kind === 'together'
      ? { ...common, ...draft, steps: toSteps(draft.steps, id) }
      : { ...common, ...draft };
  };
  const toSteps = (drafts: readonly Draft[], prefix: string): readonly Step[] =>
    drafts.map((draft, index) => toStep(draft, `${prefix}.${index + 1}`));

  return stages
    .filter(({ steps }) => steps.length > 0)
    .map(({ name, steps }, index) => ({ name, steps: toSteps(steps, String(index + 1)) }));
}
