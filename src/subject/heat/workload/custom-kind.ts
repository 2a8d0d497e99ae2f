import { isDeepStrictEqual } from 'node:util';
import type { CustomKind } from '../../../scenario/custom/kind.ts';
import type { StackResource } from '../api/answers.ts';
import { partName } from '../api/template.ts';
import type { LifecycleKind, StackTurn } from '../api/turns.ts';

type Conditions = CustomKind['holds'];

/** A user's kind of stack in the workload's form: made, updated if the kind says so, deleted. */
export function customLifecycle(kind: CustomKind): LifecycleKind {
  const { name, template, files, update } = kind;
  const turns: readonly StackTurn[] = [
    { action: 'create' },
    ...(update === undefined
      ? []
      : [
          {
            action: 'update' as const,
            ...(update.when === 'after-swaps' && { afterSwaps: true as const }),
          },
        ]),
    { action: 'delete', afterSwaps: true },
  ];
  return { name, blueprint: () => ({ template, files, parts: [], custom: kind }), turns };
}

/** A user's stack as the API shows it now, and as it was after the create. */
export interface ShownStack {
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly before: Readonly<Record<string, unknown>> | undefined;
}

/** One condition on a stack, and whether it is met. */
export interface ConditionResult {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** Conditions on a user's stack after an action. */
export function dueOf({ holds, update }: CustomKind, updated: boolean): Conditions {
  return (updated ? update?.holds : undefined) ?? holds;
}

export function checkOutputs(
  { outputs: due }: Conditions,
  { outputs, before }: ShownStack,
): readonly ConditionResult[] {
  return Object.entries(due).map(([name, wanted]): ConditionResult => {
    const found = outputs[name];
    const seen = JSON.stringify(found) ?? 'missing';
    const held = (ok: boolean, must: string): ConditionResult => ({
      check: `output-${name}`,
      ok,
      detail: ok ? `${name} is ${seen}` : `${name} is ${seen}; it must ${must}`,
    });
    if (typeof wanted !== 'object') {
      return held(isDeepStrictEqual(found, wanted), `be ${JSON.stringify(wanted)}`);
    }
    if ('matches' in wanted) {
      const text = typeof found === 'string' ? found : seen;
      return held(
        found !== undefined && new RegExp(wanted.matches).test(text),
        `match ${wanted.matches}`,
      );
    }
    if (before === undefined) return held(found !== undefined, 'be there');
    const was = before[name];
    return held(isDeepStrictEqual(found, was), `stay ${JSON.stringify(was)}`);
  });
}

/** Every resource that the API lists is complete, and there is at least one. */
export function checkComplete(resources: readonly StackResource[]): ConditionResult {
  const odd = resources.filter(({ status }) => !status.endsWith('_COMPLETE'));
  const described = odd.map((resource) => `${partName(resource)} is ${resource.status}`);
  return {
    check: 'resources-complete',
    ok: resources.length > 0 && odd.length === 0,
    detail: [
      `${resources.length - odd.length} of ${resources.length} are complete`,
      ...described,
    ].join('; '),
  };
}
