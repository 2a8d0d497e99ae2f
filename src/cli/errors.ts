import { inspect } from 'node:util';
import picocolors from 'picocolors';
import { formatPlace } from '../document/problem.ts';
import { isError, messageOf, reasonOf, RollgateError } from '../errors.ts';
import { EXIT } from '../exit.ts';
import { plainLines } from '../text/plain.ts';
import { placePages } from './pages.ts';

export interface ErrorStyle {
  readonly color: boolean;
  /** With stack and causes. */
  readonly debug: boolean;
}

/** An error and its hint, as text for standard error. */
export function formatError(error: unknown, { color, debug }: ErrorStyle): string {
  const paint = picocolors.createColors(color);
  const { message, detail, hint } = partsOf(error);
  const [first, ...rest] = shownLines(message);
  const lines = [
    `${paint.red(paint.bold('error:'))} ${first}`,
    ...indented(rest),
    ...indented(detail === undefined ? [] : shownLines(detail.trimEnd())).map((line) =>
      paint.dim(line),
    ),
    ...(hint === undefined ? [] : [`${paint.cyan('hint:')} ${shownLines(hint).join('\n')}`]),
    ...(debug ? [paint.dim(inspect(error))] : []),
  ];
  return lines.join('\n');
}

/** An error for a program that reads `--progress json`. */
export function jsonOfError(error: unknown): object {
  const code = error instanceof RollgateError ? error.code : 'bug';
  return { type: 'error', code, ...partsOf(error) };
}

/** Longer lines and longer messages hide their content. */
const LINE_LENGTH = 1000;
const LINES = 60;

/** Text from outside as lines of limited length that cannot move the cursor. */
export function shownLines(text: string): readonly string[] {
  const lines = plainLines(text.slice(0, LINES * LINE_LENGTH)).split('\n');
  const cut = lines.map((line) =>
    line.length <= LINE_LENGTH ? line : `${line.slice(0, LINE_LENGTH)}…`,
  );
  if (cut.length <= LINES) return cut;
  return [...cut.slice(0, LINES), `… and ${cut.length - LINES} more lines`];
}

/** The exit status of an error. */
export function exitStatusOfError(thrown: unknown): number {
  const error = meant(thrown);
  return error instanceof RollgateError ? EXIT[error.kind] : EXIT.harness;
}

interface ErrorParts {
  readonly message: string;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
}

/** Node's error for a working directory that was removed, or is too deep, is not a bug. */
function meant(error: unknown): unknown {
  if (!isError(error) || !('syscall' in error) || error.syscall !== 'uv_cwd') {
    return error;
  }
  const message = `the working directory is not to be found: ${reasonOf(error)}`;
  return new RollgateError('no-working-directory', message, {
    kind: 'usage',
    hint: 'Change to a directory that is there.',
    cause: error,
  });
}

function partsOf(thrown: unknown): ErrorParts {
  const error = meant(thrown);
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
  return { message: placed, detail, hint: hint === undefined ? undefined : placePages(hint) };
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}
