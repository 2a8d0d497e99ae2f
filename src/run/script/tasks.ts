import { dirname } from 'node:path';
import type { Plan } from '../../plan/plan.ts';
import type { Step } from '../../plan/step.ts';
import { MARK } from '../../words.ts';
import type { RunContext } from '../context.ts';
import { FOLDER_VARIABLE, followMarks, type Mark } from '../mark.ts';

/** The name of the stage of a step. */
export function stageOf({ id }: Pick<Step, 'id'>, { stages }: Pick<Plan, 'stages'>): string {
  return stages.find(({ steps }) => steps.some((step) => step.id === id))?.name ?? '';
}

/**
 * Makes a step of each mark of a script, e.g. of the tasks that Ansible's callback plugin marks. It
 * lasts until the next mark. No loss is attributed to it: the calls of the script are more exact.
 *
 * @param takeId The id of the next step.
 */
export function followTasks(
  script: Pick<Step, 'id'>,
  { plan, logs, emit, now }: Pick<RunContext, 'plan' | 'logs' | 'emit' | 'now'>,
  takeId: () => string,
): {
  /** Where the script writes its marks. A watch beside the run has its own folder. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
} {
  const folder = dirname(logs);
  const stage = stageOf(script, plan);
  let open: { readonly step: string; readonly from: number } | undefined;
  const finish = (at: number): void => {
    if (open === undefined) return;
    const { step, from } = open;
    const seconds = Math.max(0, at - from) / 1000;
    emit({ type: 'step-finished', at: Math.max(at, from), step, status: 'done', seconds });
    open = undefined;
  };
  const marks = followMarks(folder, ({ time, text: name, ...where }: Mark) => {
    const at = now() - (Date.now() - time);
    finish(at);
    if (name === undefined) return;
    open = { step: takeId(), from: at };
    emit({
      type: 'step-started',
      at,
      step: open.step,
      what: { name, kind: MARK, stage, ...where },
    });
  });
  return {
    environment: process.env[FOLDER_VARIABLE] === undefined ? { [FOLDER_VARIABLE]: folder } : {},
    async stop() {
      await marks.stop();
      finish(now());
    },
  };
}
