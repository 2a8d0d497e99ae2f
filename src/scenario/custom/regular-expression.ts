import { z } from 'zod';

/** The source of a JavaScript regular expression. */
export const regularExpressionSchema = z
  .string()
  .refine(isRegularExpression, { error: 'expected a regular expression of JavaScript' });

function isRegularExpression(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    // A syntax error means that it is not one.
    return false;
  }
}
