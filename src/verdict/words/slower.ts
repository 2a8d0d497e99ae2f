import type { SlowerRequest } from '../requests/slower.ts';
import { seconds } from './wording.ts';

/** `GET outputs: 1.6 s or more in each of 3 answers, 0.1 s or less before`. */
export function slowerInWords({
  operation,
  baseMs,
  targetMs,
  targets,
}: Pick<SlowerRequest, 'operation' | 'baseMs' | 'targetMs' | 'targets'>): string {
  return `${operation}: ${seconds(targetMs)} or more in each of ${targets} answers, ${seconds(baseMs)} or less from the base`;
}
