import type { StandardStreams } from '../containers/port.ts';

/** Formats of progress: `tty` redraws a line, `json` is for programs. */
export const PROGRESS = ['auto', 'tty', 'plain', 'json', 'quiet'] as const;
export type Progress = (typeof PROGRESS)[number];

/** Whether the arguments ask for JSON. Needed before the command line is parsed, and if it fails. */
export function asksForJson(args: readonly string[]): boolean {
  return args.some(
    (arg, index) =>
      arg === '--progress=json' || (arg === 'json' && args[index - 1] === '--progress'),
  );
}

/** Progress for a program: one JSON object per line. */
export function sayJson({ progress }: Pick<CliContext, 'progress'>, line: object): void {
  progress(`${JSON.stringify(line)}\n`);
}

/** The surroundings of a verb, so that it can be called without a process. */
export interface CliContext {
  /** Results, whole lines. */
  stdout(text: string): void;
  /** Progress, whole lines. */
  stderr(text: string): void;
  /** Progress that lays out its lines itself: written unchanged. */
  progress(text: string): void;
  /**
   * Commands to GitHub's runner: whole lines of standard output. No other output may contain one.
   */
  command(text: string): void;
  /** The process's own streams, for a prompt and for a command in a container. */
  readonly streams: StandardStreams;
  readonly env: NodeJS.ProcessEnv;
  /** The arguments after `rollgate`. */
  readonly args: readonly string[];
  readonly color: boolean;
  readonly isTTY: boolean;
  /** The value of `--progress`. Known when a verb is carried out. */
  readonly progressMode: () => Progress;
  /** The current width of the terminal; 100 if there is none. */
  readonly columns: () => number;
  /** Aborted at the first Ctrl-C (SIGINT) or SIGTERM. */
  readonly signal: AbortSignal;
  /** Sets the exit status of the process. */
  exit(status: number): void;
}
