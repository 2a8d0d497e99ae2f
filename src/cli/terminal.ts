/** How to write to the streams that a process got. */
export interface Terminal {
  readonly color: boolean;
  /** Whether progress may be redrawn in place. */
  readonly isTTY: boolean;
}

/**
 * NO_COLOR (no-color.org) wins over FORCE_COLOR; without either, colour is for a terminal that is
 * no CI's. Both streams have to be one: results and progress are painted alike, and one of them
 * may go to a file.
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

/** The closing summary is for reading: not wider than a page, however wide the terminal. */
export function summaryWidth({ columns }: { readonly columns: () => number }): number {
  return Math.min(columns(), 100);
}

function colorOf(env: NodeJS.ProcessEnv, otherwise: boolean): boolean {
  if (isSet(env['NO_COLOR'])) return false;
  const forced = env['FORCE_COLOR'];
  if (forced === undefined) return otherwise;
  return forced !== '0' && forced !== 'false';
}

/** Whether a variable says yes. */
export function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0' && value !== 'false';
}
