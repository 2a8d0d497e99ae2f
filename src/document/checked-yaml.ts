import type { z } from 'zod';
import type { ErrorCode } from '../error-codes.ts';
import { RollgateError, type Place } from '../errors.ts';
import { checkShape } from './describe-issue.ts';
import { parseYaml } from './document.ts';
import { listedFirst, type Problem } from './problem.ts';
import { reportOn, type Written } from './written.ts';

/** The checks of one kind of file, and its error. */
export interface YamlCheck<Schema extends z.ZodType> {
  readonly schema: Schema;
  readonly code: ErrorCode;
  readonly hint?: string;
  /** See `parseYaml`. */
  readonly textPaths?: readonly string[];
  /** Checks beyond the schema, for data that matches it. */
  readonly contradictions?: (data: z.output<Schema>) => readonly Problem[];
  /** The file in the message about several problems: `the release catalogue`. Default: none. */
  readonly what?: string;
}

/**
 * The data of a YAML file.
 *
 * @throws RollgateError with the check's code, and every problem's file, line and column.
 */
export function checkedYaml<Schema extends z.ZodType>(
  text: string,
  file: string,
  check: YamlCheck<Schema>,
): z.output<Schema> {
  const { schema, code, hint, textPaths, contradictions, what } = check;
  const invalid = (message: string, place: Place, cause?: unknown): RollgateError =>
    new RollgateError(code, message, {
      kind: 'usage',
      place,
      cause,
      ...(hint === undefined ? {} : { hint }),
    });
  let written: Written;
  try {
    written = parseYaml(text, file, textPaths);
  } catch (cause) {
    if (!(cause instanceof RollgateError)) throw cause;
    throw invalid(cause.message, cause.place ?? { file }, cause);
  }
  const { data, problems } = checkShape(schema, written.data);
  const all = data === undefined ? problems : (contradictions?.(data) ?? []);
  if (data !== undefined && all.length === 0) return data;
  const { lines, place } = reportOn(written, all);
  const listed = listedFirst(lines).join('\n');
  const isList = lines.length > 1 && what !== undefined;
  throw invalid(
    isList ? `${what} has ${lines.length} problems\n${listed}` : listed,
    place ?? { file },
  );
}
