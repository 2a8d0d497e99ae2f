import { execa } from 'execa';
import { endGroup } from './ending.ts';

/** Before it, a source is a command and not a file. */
const COMMAND = '|';

export interface Lines {
  stop(): Promise<void>;
}

/** How a source ended by itself. */
export interface SourceEnd {
  readonly isSuccess: boolean;
  readonly why: string;
}

/**
 * Hands over each line that is added to a file from now on, also when the file is made later or
 * replaced; or each line that a shell command prints, where the source begins with `|`.
 *
 * @param onEnd Called when the source ends by itself.
 */
export function followLines(
  source: string,
  onLine: (line: string) => void,
  onEnd: (end: SourceEnd) => void,
): Lines {
  const [file, ...args] = source.startsWith(COMMAND)
    ? ['sh', '-c', source.slice(COMMAND.length)]
    : ['tail', '-n', '0', '-F', '--', source];
  const child = execa(file ?? 'tail', args, {
    stdin: 'ignore',
    stderr: 'ignore',
    buffer: false,
    reject: false,
    detached: true,
  });
  let stopped = false;
  const reading = (async () => {
    for await (const line of child.iterable()) onLine(line);
    const { exitCode, shortMessage } = await child;
    if (stopped) return;
    const isSuccess = exitCode === 0;
    onEnd({ isSuccess, why: isSuccess ? 'it ended' : (shortMessage ?? 'it failed') });
  })();
  reading.catch(() => undefined);
  return {
    async stop() {
      stopped = true;
      endGroup(child.pid, 'SIGTERM');
      await reading.catch(() => undefined);
    },
  };
}
