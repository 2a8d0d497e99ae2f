import type { Choreography } from '../../../plan/draft.ts';
import type { TtyOptions } from '../../../report/terminal/summary/summary.ts';
import { shellWord } from '../../../text/shell-quoted.ts';
import type { Verdict } from '../../../verdict/schema/verdict.ts';

const TAG = 'supports-zero-downtime-upgrade';
/** The choreographies that lose nothing, according to `docs/choreographies.md`. */
const GENTLE = 'gentle';
const LOSSLESS = [GENTLE, 'gentle-in-place'];

/**
 * For a run that passed although users noticed: the same command with a stricter requirement, and
 * with the choreography that loses nothing.
 *
 * @param args The arguments after `rollgate`. A later option overrides an earlier one.
 * @param choreographies Those of the subject. Default: all that rollgate has.
 */
export function gateCommands(
  { outcome, require, tags, choreography, base, target }: Verdict,
  args: readonly string[],
  choreographies?: readonly Choreography[],
): NonNullable<TtyOptions['commands']> {
  const isUpgrade = base.version !== target.version;
  if (!isUpgrade || outcome !== 'passed' || require.includes(TAG)) return [];
  if (tags[TAG].status !== 'failed') return [];
  const again = ['rollgate', ...withoutFolder(args).map(shellWord)].join(' ');
  return [
    [`${again} --require ${TAG}`, 'to require this as a gate'],
    ...(LOSSLESS.includes(choreography) || choreographies?.every(({ name }) => name !== GENTLE)
      ? []
      : [
          [`${again} --choreography ${GENTLE} --require ${TAG}`, 'a roll that reaches it'] as const,
        ]),
  ];
}

/** A folder with a run is not written to again. */
function withoutFolder(args: readonly string[]): readonly string[] {
  const at = args.indexOf('--out');
  const others = at === -1 ? args : [...args.slice(0, at), ...args.slice(at + 2)];
  return others.filter((argument) => !argument.startsWith('--out='));
}
