import { z } from 'zod';
import type { ResponseHeaders } from '../../../load/http/outcome.ts';

/** The state of a stack: `CREATE_COMPLETE`, `UPDATE_IN_PROGRESS`, … and Heat's reason. */
export interface StackStatus {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly reason: string;
}

export interface Stack extends StackStatus {
  /** The time of its newest change, as ISO 8601; `undefined` if it shows none. */
  readonly updatedAt: string | undefined;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly tags: readonly string[];
  readonly timeoutMinutes: number | undefined;
}

/** How a stack is addressed. */
export interface StackIdentity {
  readonly name: string;
  readonly id: string;
}

/** A resource of a stack, or of one nested in it. */
export interface StackResource {
  readonly name: string;
  /**
   * The resource of the enclosing stack that contains its stack; `undefined` in the stack itself.
   */
  readonly parent: string | undefined;
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly physicalId: string;
}

/** The event of a resource, or of the stack itself under the stack's name. */
export interface StackEvent {
  readonly id: string;
  readonly name: string;
  /** `CREATE_COMPLETE`, … */
  readonly status: string;
}

export interface Snapshot {
  readonly id: string;
  readonly status: string;
  readonly reason: string;
}

/** A list of stacks, with the fields that are read; the same for the schemas below. */
export const listed = z.object({
  stacks: z.array(
    z.object({
      id: z.string(),
      stack_name: z.string(),
      stack_status: z.string(),
      stack_status_reason: z.string().nullish(),
    }),
  ),
});
export const created = z.object({ stack: z.object({ id: z.string() }) });
/** A stack as the API shows it. */
export const shown = z.object({
  stack: z.object({
    id: z.string(),
    stack_name: z.string(),
    stack_status: z.string(),
    stack_status_reason: z.string().nullish(),
    updated_time: z.string().nullish(),
    tags: z.array(z.string()).nullish(),
    timeout_mins: z.number().nullish(),
    outputs: z.array(z.object({ output_key: z.string(), output_value: z.unknown() })).optional(),
  }),
});
export const resources = z.object({
  resources: z.array(
    z.object({
      resource_name: z.string(),
      parent_resource: z.string().optional(),
      resource_type: z.string(),
      resource_status: z.string(),
      resource_status_reason: z.string().nullish(),
      physical_resource_id: z.string().nullish(),
    }),
  ),
});
/** The whole description of an abandoned stack. */
export const abandoned = z.looseObject({
  name: z.string(),
  template: z.looseObject({}),
  resources: z.record(z.string(), z.unknown()),
});
export const snapshot = z.object({
  id: z.string(),
  status: z.string().nullish(),
  status_reason: z.string().nullish(),
});

/** A new snapshot, or the refusal of an action while another is under way. */
export const snapshotOrBusy = z
  .object({ id: z.string().optional(), error: z.object({ type: z.string() }).optional() })
  .refine(({ id, error }) => id !== undefined || error?.type === 'ActionInProgress', {
    error: 'it is not the error 409 ActionInProgress',
  });

/** Why a body does not match the schema; `undefined` if it does. */
export function mismatch(schema: z.ZodType, body: string): string | undefined {
  try {
    const result = schema.safeParse(JSON.parse(body));
    return result.success ? undefined : z.prettifyError(result.error);
  } catch {
    return 'the body is no JSON';
  }
}

/** For an entry of a list, or for a shown stack. */
export function statusOf(stack: z.infer<typeof listed>['stacks'][number]): StackStatus {
  return {
    id: stack.id,
    name: stack.stack_name,
    status: stack.stack_status,
    reason: stack.stack_status_reason ?? '',
  };
}

/** Why `Location` does not lead to a path below the project's stacks. */
export function otherLocation({ location }: ResponseHeaders, path: string): string | undefined {
  if (typeof location === 'string' && location.endsWith(`/stacks${path}`)) return undefined;
  return `its Location is ${JSON.stringify(location ?? null)}, due is …/stacks${path}`;
}
