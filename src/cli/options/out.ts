import { Option } from '@commander-js/extra-typings';
import { RollgateError } from '../../errors.ts';
import { withHome } from '../../files/path.ts';
import { checkLabName } from '../../lab/labels.ts';

/** `--out`. */
export const outOption = <const Flags extends '--out <dir>' | '--out <file>'>(
  flags: Flags,
  description: string,
) =>
  new Option(flags, description).argParser((path: string): string => {
    if (path.trim() !== '') return withHome(path);
    throw emptyPath('--out');
  });

/**
 * An empty path would mean the working directory, but is probably an unset variable.
 *
 * @param what The purpose of the path.
 */
export function emptyPath(option: string, what: 'folder' | 'file' = 'folder'): RollgateError {
  const here = option.startsWith('-') ? `${option} .` : '.';
  const remedy = what === 'folder' ? ` For this directory write: ${here}` : '';
  return new RollgateError('invalid-option', `${option}: the path is empty`, {
    kind: 'usage',
    hint: `Is the variable set that you passed?${remedy}`,
  });
}

/** An argument that is a folder, or a file in its place. @throws RollgateError `invalid-option`. */
export function pathArgument(name: string): (path: string) => string {
  return (path) => {
    if (path.trim() === '') throw emptyPath(name);
    return withHome(path);
  };
}

/** `--name` of a lab to be started: checked before anything is set up. */
export const newLabNameOption = (description: string) =>
  new Option('--name <name>', description).argParser((name: string): string => {
    checkLabName(name);
    return name;
  });

/** An option that a verb would ignore. */
export function notTaken(option: string, instead: string): RollgateError {
  return new RollgateError('invalid-option', `${option} has no meaning here`, {
    kind: 'usage',
    hint: `Leave it out; use ${instead}`,
  });
}

/** `--trace`. */
export const traceOption = () =>
  new Option(
    '--trace',
    'write trace.json into the run folder too: the run on one time axis for Perfetto (ui.perfetto.dev) or chrome://tracing',
  );
