import picocolors from 'picocolors';
import type { HostCondition } from '../../../containers/host/condition.ts';
import { diagnose } from '../../../containers/host/diagnose.ts';
import { ensureEngine } from '../../../containers/host/ensure-engine.ts';
import { EXIT } from '../../../exit.ts';
import { defaultSubject, loadReleases } from '../../../subject/registry.ts';
import { plain } from '../../../text/plain.ts';
import type { CliContext } from '../../context.ts';
import type { Program } from '../verb.ts';

/** `rollgate doctor`: whether this machine can hold a lab, and the remedy if not. */
export function addDoctor(program: Program, context: CliContext): void {
  program
    .command('doctor')
    .description(
      'check the container engine, disk, memory and images, and try a container: its port, names, network; --fix repairs what it can',
    )
    .option('--fix', 'install (on Debian, as root) and start a container engine if there is none')
    .option('--json', 'print JSON: an array of {id, status, message, hint?}')
    .action(async ({ fix = false, json = false }) => {
      if (fix) {
        const { signal } = context;
        await ensureEngine({ fix, signal, onProgress: (line) => context.stderr(line) });
      }
      const checks = await diagnose({
        subject: defaultSubject.imageRecipe,
        catalogue: loadReleases,
      });
      context.stdout(
        json ? JSON.stringify(checks, null, 2) : formatChecks(checks, { color: context.color }),
      );
      if (checks.some(({ status }) => status === 'fail')) context.exit(EXIT.harness);
    });
}

/** One line per check; failed checks have their remedy below. */
export function formatChecks(
  checks: readonly HostCondition[],
  { color }: { readonly color: boolean },
): string {
  const paint = picocolors.createColors(color);
  const marks = {
    ok: paint.green('ok  '),
    warn: paint.yellow('warn'),
    fail: paint.red('FAIL'),
  } as const;
  return checks
    .flatMap(({ status, message, hint }) => [
      `${marks[status]}  ${plain(message)}`,
      ...(hint === undefined || status === 'ok' ? [] : [paint.dim(`      ${plain(hint)}`)]),
    ])
    .join('\n');
}
