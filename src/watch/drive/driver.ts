import { RollgateError } from '../../errors.ts';
import { shellWord } from '../../text/shell-quoted.ts';
import { runProgram } from '../command.ts';
import type { Deed } from './turns.ts';

/** A program that carries out the plan's deeds. */
export interface Driver {
  /** The program that does a deed. */
  readonly program: (deed: Deed) => DeedProgram;
}

export interface DeedProgram {
  readonly file: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** A shell command for every deed. The deed is in its environment. */
export function commandDriver(command: string): Driver {
  return {
    program: (deed) => ({ file: 'sh', args: ['-c', command], environment: environmentOf(deed) }),
  };
}

/**
 * A playbook for every deed. The deed is in its variable `gate`.
 *
 * @param options.limit Hosts of a deed that is about a node; `{node}` and `{service}` are replaced.
 */
export function ansibleDriver({
  playbook,
  inventory,
  limit = '{node}',
}: {
  readonly playbook: string;
  readonly inventory?: string | undefined;
  readonly limit?: string | undefined;
}): Driver {
  return {
    program: (deed) => {
      const { node, service } = deed;
      const hosts =
        node === undefined
          ? []
          : ['--limit', limit.replaceAll('{node}', node).replaceAll('{service}', service ?? '')];
      return {
        file: 'ansible-playbook',
        args: [
          ...(inventory === undefined ? [] : ['--inventory', inventory]),
          ...hosts,
          '--extra-vars',
          JSON.stringify({ gate: variablesOf(deed) }),
          playbook,
        ],
        environment: environmentOf(deed),
      };
    },
  };
}

/**
 * Performs a deed.
 *
 * @param folder The watch's, for marks.
 * @throws RollgateError `driver-failed` if the program did not end with 0.
 */
export async function perform(
  driver: Driver,
  deed: Deed,
  { folder, signal }: { readonly folder: string; readonly signal: AbortSignal },
): Promise<void> {
  const how = await runProgram(driver.program(deed), { folder, signal });
  if (how === undefined || signal.aborted) return;
  throw new RollgateError('driver-failed', `the deployer's step ${deed.name} ${how}`, {
    hint: 'Nothing more was asked of the deployer. What it printed is above.',
  });
}

/** Each known key, as text. */
function variablesOf({ step, name, kind, node, service, release, side, vhost }: Deed) {
  return {
    step,
    name,
    kind,
    ...(node === undefined ? {} : { node }),
    ...(service === undefined ? {} : { service }),
    ...(release === undefined ? {} : { release: release.series, version: release.version }),
    ...(side === undefined ? {} : { side }),
    ...(vhost === undefined ? {} : { vhost }),
  };
}

/** The same as `ROLLGATE_STEP`, `ROLLGATE_KIND`, …; empty where it is not known. */
function environmentOf(deed: Deed): Readonly<Record<string, string>> {
  const none = { node: '', service: '', release: '', version: '', side: '', vhost: '' };
  return Object.fromEntries(
    Object.entries({ ...none, ...variablesOf(deed) }).map(([key, value]) => [
      `ROLLGATE_${key.toUpperCase()}`,
      value,
    ]),
  );
}

/** A program as a shell command, for display. */
export function inShell({ file, args }: DeedProgram): string {
  return [file, ...args].map(shellWord).join(' ');
}
