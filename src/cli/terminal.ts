/** How to write to the streams of a process. */
export interface Terminal {
  readonly color: boolean;
  /** Whether progress may be redrawn in place. */
  readonly isTTY: boolean;
}

/**
 * NO_COLOR (no-color.org) overrides FORCE_COLOR; without either, there is colour on a terminal
 * outside a CI. Both streams have to be a terminal, because results and progress have the same
 * colours, and one of them may go to a file.
 */
export function terminalOf(
  env: NodeJS.ProcessEnv,
  streams: { readonly stdoutIsTTY: boolean; readonly stderrIsTTY: boolean },
): Terminal {
  const attended = !isSet(env['CI']) && env['TERM'] !== 'dumb';
  return {
    color: colorOf(env, attended && streams.stdoutIsTTY && streams.stderrIsTTY),
    isTTY: attended && streams.stderrIsTTY,
  };
}

/** The closing summary is for reading: never wider than a page, even on a wider terminal. */
export function summaryWidth({ columns }: { readonly columns: () => number }): number {
  return Math.min(columns(), 100);
}

function colorOf(env: NodeJS.ProcessEnv, otherwise: boolean): boolean {
  if (isSet(env['NO_COLOR'])) return false;
  const forced = env['FORCE_COLOR'];
  if (forced === undefined) return otherwise;
  return forced !== '0' && forced !== 'false';
}

/** Whether a variable is set to a true value. */
export function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0' && value !== 'false';
}
