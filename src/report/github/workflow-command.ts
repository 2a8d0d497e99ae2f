import { plainLines } from '../../text/plain.ts';

/**
 * A command to GitHub's runner, e.g. `::error title=…::message`; a line of standard output.
 *
 * @see actions/toolkit, packages/core/src/command.ts: which characters are escaped, and how.
 */
export function workflowCommand(
  command: 'error' | 'warning' | 'notice',
  { title }: { readonly title: string },
  message: string,
): string {
  const property = escapeData(plainLines(title)).replaceAll(':', '%3A').replaceAll(',', '%2C');
  return `::${command} title=${property}::${escapeData(plainLines(message))}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/**
 * Output in which the runner finds no command: a log line must not set an error, or stop the
 * commands after it. The inserted character has no width.
 *
 * @see actions/runner, src/Runner.Common/ActionCommand.cs: `::` at the start of a line, after white
 * space; `##[` anywhere.
 */
export function withoutCommands(text: string): string {
  return text
    .replaceAll(/(^|[\n\r\u0085\u2028\u2029])(\s*):(?=:)/g, '$1$2:\u2060')
    .replaceAll('##[', '#\u2060#[');
}
