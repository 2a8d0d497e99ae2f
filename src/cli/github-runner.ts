import { withoutCommands } from '../report/github/workflow-command.ts';

/** Whether a runner of GitHub Actions reads what this process writes. */
export function isGithub(env: NodeJS.ProcessEnv): boolean {
  return env['GITHUB_ACTIONS'] === 'true';
}

interface RunnerStreams {
  stdout(text: string): void;
  stderr(text: string): void;
  progress(text: string): void;
}

/**
 * Streams on which text from outside, e.g. from a log, cannot act as a command to GitHub's runner.
 */
export function uncommanding(streams: RunnerStreams): RunnerStreams {
  return {
    stdout: (text) => streams.stdout(withoutCommands(text)),
    stderr: (text) => streams.stderr(withoutCommands(text)),
    progress: (text) => streams.progress(withoutCommands(text)),
  };
}
