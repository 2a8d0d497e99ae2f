import { join } from 'node:path';
import type { Plan } from '../../../plan/plan.ts';
import { timeInName } from '../../../run-folder.ts';

/** `runs/explore-2026-11-30T12-00-00`: the default folder of many runs. */
export function seriesFolder(verb: string): string {
  return join('runs', `${verb}-${timeInName()}`);
}

/** Only the steps of the roll, without the load around them. */
export function rollInLines(title: string, { stages }: Pick<Plan, 'stages'>): string {
  const own = stages.filter(({ name }) => name !== 'baseline' && name !== 'after');
  return [
    title,
    ...own.flatMap(({ steps }) => steps.map(({ id, name }) => `  ${id} ${name}`)),
  ].join('\n');
}
