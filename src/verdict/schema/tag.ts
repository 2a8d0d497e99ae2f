import { z } from 'zod';
import { status } from './fields.ts';

const clause = z.object({
  id: z.string(),
  status,
  /** What the clause claims. */
  title: z.string(),
  /** The evidence; if the clause is not proven, the first line says why. */
  evidence: z.array(z.string()),
});

export const tag = z.object({ status, clauses: z.array(clause) });
