import { readdirSync } from 'node:fs';
import { dirname, isAbsolute, join, parse, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf, reasonOf, RollgateError, isMissing } from '../errors.ts';
import { absolutePath } from '../files/path.ts';
import { MIB, readText } from '../files/read.ts';
import { shortened } from '../text/shortened.ts';
import { nearest, withNearest } from './nearest.ts';

/** The lab's data as shipped, found from this file so that the working directory does not matter. */
export const LAB_DIRECTORY = fileURLToPath(new URL('../../lab', import.meta.url));

/** The lab's files that a user gives by name or path. */
export type LabFileKind = 'scenario' | 'topology' | 'deployer';

const FOLDERS = {
  scenario: 'scenarios',
  topology: 'topologies',
  deployer: 'deployers',
} as const;

export interface LabFile {
  /** For messages: relative to the working directory if it is below it. */
  readonly file: string;
  readonly text: string;
}

export interface LabPlaces {
  /** The base of relative paths; the process's working directory if absent. */
  readonly cwd?: string | undefined;
  /** The folder with `scenarios` and `topologies`; the shipped one if absent. */
  readonly lab?: string | undefined;
}

/** Whether a reference is a path rather than a name. */
export function isPath(reference: string): boolean {
  return /[/\\]|\.ya?ml$/.test(reference);
}

/**
 * The names of the shipped scenarios, topologies or deployers, sorted.
 *
 * @throws RollgateError `broken-installation` if the folder cannot be read.
 */
export function listLabFiles(kind: LabFileKind, lab = LAB_DIRECTORY): readonly string[] {
  const folder = join(lab, FOLDERS[kind]);
  return namesIn(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .sort();
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    throw new RollgateError('broken-installation', `cannot read ${folder}: ${reasonOf(cause)}`, {
      hint: 'The folder is a part of rollgate: install it again.',
      cause,
    });
  }
}

/** Larger than any scenario that a person writes. */
const LIMIT_BYTES = 4 * MIB;

/**
 * Reads a shipped file by name, or any by path.
 *
 * @throws RollgateError `unknown-scenario`, `unknown-topology` with the known names.
 */
export async function readLabFile(
  kind: LabFileKind,
  reference: string,
  { cwd = process.cwd(), lab = LAB_DIRECTORY }: LabPlaces,
): Promise<LabFile> {
  const path = isPath(reference)
    ? absolutePath(cwd, reference)
    : join(lab, FOLDERS[kind], `${reference}.yaml`);
  const file = displayed(path);
  const code = `unknown-${kind}` as const;
  try {
    const what = `${kind} file`;
    const text = await readText(path, {
      what,
      shown: file,
      code,
      limitBytes: LIMIT_BYTES,
      pipes: true,
    });
    return { file, text };
  } catch (cause) {
    // A name that is too long for a file is not a shipped name either.
    if (!isMissing(cause) && isPath(reference)) throw cause;
    const known = listLabFiles(kind, lab);
    const named = JSON.stringify(shortened(reference));
    const message = isPath(reference)
      ? `${messageOf(cause)}${meantInstead(path)}`
      : withNearest(`unknown ${kind} ${named}`, reference, known);
    throw new RollgateError(code, message, {
      kind: 'usage',
      hint: `Name one of ${known.join(', ')}, or give the path of a YAML file.`,
      cause,
    });
  }
}

/** A question for the file beside a missing one whose name is nearest, without the ending. */
function meantInstead(path: string): string {
  const files = yamlFilesIn(dirname(path));
  const stem = (file: string): string => parse(file).name;
  const meant = nearest(stem(path), files.map(stem));
  const file = files.find((one) => stem(one) === meant);
  return file === undefined ? '' : ` (did you mean ${file}?)`;
}

function yamlFilesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter(isPath);
  } catch {
    return [];
  }
}

function displayed(path: string): string {
  const near = relative(process.cwd(), path);
  return near === '' || near === '..' || near.startsWith(`..${sep}`) || isAbsolute(near)
    ? path
    : near;
}
