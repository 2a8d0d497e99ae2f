import { execa } from 'execa';
import { RollgateError, isMissing } from '../../errors.ts';

/**
 * Runs tar(1). A file name with a colon means a file here, not a remote host.
 *
 * @throws RollgateError `tar-missing`; the signal's reason.
 */
export async function tar(
  args: readonly string[],
  signal?: AbortSignal,
): Promise<{ readonly failed: boolean; readonly stderr: string }> {
  const done = await execa('tar', ['--force-local', ...args], {
    reject: false,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  signal?.throwIfAborted();
  if (isMissing(done)) {
    throw new RollgateError('tar-missing', 'tar is not installed', {
      kind: 'usage',
      hint: 'Install it: apt-get install tar',
    });
  }
  return { failed: done.failed, stderr: done.stderr };
}
