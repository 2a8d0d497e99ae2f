import { isDeepStrictEqual } from 'node:util';
import type { Stack } from './answers.ts';
import type { Template } from './details.ts';

/** The actions that send a stack a new definition: with `PATCH`, and with `PUT`. */
export type ShapeAction = 'reshape' | 'redefine';

/** A new definition of a stack, and the state to which it has to lead. */
export interface Shape {
  /** The request, without the parameters that every blueprint has. */
  readonly body: {
    readonly template: Template;
    readonly parameters?: Readonly<Record<string, string>>;
    readonly clear_parameters?: readonly string[];
    readonly environment?: Readonly<Record<string, unknown>>;
    readonly environment_files?: readonly string[];
    readonly files: Readonly<Record<string, string>>;
    readonly tags: string;
    readonly timeout_mins: number;
  };
  readonly parts: readonly string[];
  /** Outputs beside those of every blueprint. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

export function isShapeAction(action: string): action is ShapeAction {
  return action === 'reshape' || action === 'redefine';
}

/** Why a stack does not have the definition that it got. */
export function otherThanShape(
  { body, outputs }: Shape,
  shown: Pick<Stack, 'outputs' | 'tags' | 'timeoutMinutes'>,
): string | undefined {
  const pairs: readonly (readonly [what: string, found: unknown, due: unknown])[] = [
    ['tags', shown.tags.join(','), body.tags],
    ['timeout_mins', shown.timeoutMinutes, body.timeout_mins],
    ...Object.entries(outputs).map(
      ([name, due]) => [`output ${name}`, shown.outputs[name], due] as const,
    ),
  ];
  const wrong = pairs.filter(([, found, due]) => !isDeepStrictEqual(found, due));
  return wrong.length === 0
    ? undefined
    : wrong
        .map(
          ([what, found, due]) =>
            `${what} is ${JSON.stringify(found) ?? 'gone'}, due is ${JSON.stringify(due)}`,
        )
        .join('; ');
}
