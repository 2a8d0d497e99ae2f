import { z } from 'zod';
import type { HttpResult } from '../load/http/request.ts';

/** A result and, if it was served, its parsed body. */
export interface ParsedAnswer<T> {
  readonly result: HttpResult;
  readonly value?: T;
}

const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'the body is no JSON' });
    return z.NEVER;
  }
});

/** The value of a JSON body, or its problem. */
export function readBody<T>(
  schema: z.ZodType<T>,
  text: string,
): { readonly value?: T; readonly wrong?: string } {
  const read = json.pipe(schema).safeParse(text);
  return read.success ? { value: read.data } : { wrong: z.prettifyError(read.error) };
}
