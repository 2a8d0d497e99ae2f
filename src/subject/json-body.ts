import { z } from 'zod';
import type { HttpResult } from '../load/http/http-client.ts';

/** A result and, where it was served, what its body says. */
export interface Answer<T> {
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

/** What a JSON body says, or what is wrong with it. */
export function readBody<T>(
  schema: z.ZodType<T>,
  text: string,
): { readonly value?: T; readonly wrong?: string } {
  const read = json.pipe(schema).safeParse(text);
  return read.success ? { value: read.data } : { wrong: z.prettifyError(read.error) };
}
