import { z } from 'zod';

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
