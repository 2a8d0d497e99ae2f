import { inspect } from 'node:util';
import picocolors from 'picocolors';
import { messageOf, RollgateError } from '../errors.ts';
import { formatPlace } from '../scenario/document/problem.ts';
import { EXIT, exitStatusOf } from '../exit.ts';

export interface ErrorStyle {
  readonly color: boolean;
  /** With stack and causes. */
  readonly debug: boolean;
}

/** What went wrong and what to do next, as text for standard error. */
export function formatError(error: unknown, { color, debug }: ErrorStyle): string {
  const paint = picocolors.createColors(color);
  const { message, detail, hint } = partsOf(error);
  const [first, ...rest] = message.split('\n');
  const lines = [
    `${paint.red(paint.bold('error:'))} ${first}`,
    ...indented(rest),
    ...indented(detail?.trimEnd().split('\n') ?? []).map((line) => paint.dim(line)),
    ...(hint === undefined ? [] : [`${paint.cyan('hint:')} ${hint}`]),
    ...(debug ? [paint.dim(inspect(error))] : []),
  ];
  return lines.join('\n');
}

/** The exit status that an error leads to. */
export function exitStatusOfError(error: unknown): number {
  return error instanceof RollgateError ? exitStatusOf(error.kind) : EXIT.harness;
}

interface Parts {
  readonly message: string;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
}

function partsOf(error: unknown): Parts {
  if (!(error instanceof RollgateError)) {
    return {
      message: `a bug in rollgate: ${messageOf(error)}`,
      hint: 'Run it again with --debug for the stack, and report it with that.',
    };
  }
  const { message, detail, hint, place } = error;
  const at = place === undefined ? undefined : formatPlace(place);
  // A message of several problems names the place of each.
  const placed = at === undefined || message.includes(at) ? message : `${at}: ${message}`;
  return { message: placed, detail, hint };
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}
