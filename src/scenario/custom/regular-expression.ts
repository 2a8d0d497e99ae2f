import { z } from 'zod';

/** The source of a regular expression of JavaScript. */
export const regularExpressionSchema = z
  .string()
  .refine(isRegularExpression, { error: 'expected a regular expression of JavaScript' });

function isRegularExpression(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    // Its syntax is wrong: that is the answer.
    return false;
  }
}
