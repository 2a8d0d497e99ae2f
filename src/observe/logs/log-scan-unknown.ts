import { createHash } from 'node:crypto';
import type { LogEntry } from './log-scan-entry.ts';

/** A signature that is made from the line itself, because none is known. */
export interface DerivedSignature {
  readonly id: string;
  readonly title: string;
  readonly severity: 'warning' | 'error';
}

/**
 * A signature of an unknown line that looks like an error. Lines that differ only in identifiers,
 * numbers and names have the same signature, in every run.
 *
 * @returns undefined for a line that does not look like an error.
 */
export function deriveSignature(entry: LogEntry): DerivedSignature | undefined {
  const failed = entry.level === 'ERROR' || entry.level === 'CRITICAL';
  const traceback = entry.rest.some((line) => line.startsWith('Traceback ('));
  const alone = entry.logger === 'python';
  if (!failed && !traceback && !alone) {
    return undefined;
  }
  const exception = exceptionOf(entry.rest);
  const said = alone ? (exception?.text ?? entry.message) : entry.message;
  const text = withoutParticulars(said);
  const logger = entry.logger ?? 'python';
  const kind = exception?.name ?? '';
  const hash = createHash('sha256').update([logger, kind, text].join('\n')).digest('hex');
  const stem = kind === '' ? logger : (kind.split('.').at(-1) ?? kind);
  // Heat logs the failure of a resource at INFO, with the traceback of the user's cloud.
  return {
    id: `${slug(stem)}-${hash.slice(0, 8)}`,
    title: shorten(
      `${logger}: ${titleOf(said, text, stem)}${said.includes(kind) ? '' : ` (${kind})`}`,
      160,
    ),
    severity: failed || alone ? 'error' : 'warning',
  };
}

/** Errors of Python whose text has a name from the code, which says what is wrong. */
const OF_CODE: readonly string[] = [
  'AttributeError',
  'ImportError',
  'KeyError',
  'ModuleNotFoundError',
  'NameError',
  'TypeError',
];
/** A name from code: no digit, because a user's identifier may have one. */
const NAME = /'[A-Za-z_][A-Za-z_.]*'/g;

/** The text without particulars, but with the names that an error of the code is about. */
function titleOf(said: string, text: string, kind: string): string {
  if (!OF_CODE.includes(kind)) return text;
  const quoted = [...said.matchAll(QUOTED)].map(([one]) => one).filter((one) => !isMessage(one));
  let index = -1;
  return text.replaceAll('TEXT', () => {
    index += 1;
    return quoted[index]?.match(NAME)?.[0] === quoted[index] ? (quoted[index] ?? 'TEXT') : 'TEXT';
  });
}

/** The last exception of a traceback: the one that was logged. */
function exceptionOf(
  lines: readonly string[],
): { readonly name: string; readonly text: string } | undefined {
  const text = lines.findLast((line) => EXCEPTION.test(line));
  const name = text === undefined ? undefined : EXCEPTION.exec(text)?.groups?.['name'];
  return text === undefined || name === undefined ? undefined : { name, text };
}

const EXCEPTION = /^(?<name>(?:[A-Za-z_]\w*\.)*[A-Z]\w*)(?:: .*)?$/;

/** A quoted text of four words or more says what happened, for example the API's own error. */
function isMessage(quoted: string): boolean {
  return quoted.split(/\s+/).filter((word) => /[a-z]{2}/i.test(word)).length > 3;
}

function withoutNames(quoted: string): string {
  const mark = quoted.slice(0, 1);
  return `${mark}${quoted.slice(1, -1).replaceAll(QUOTED, 'TEXT')}${mark}`;
}

const QUOTED = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g;
const PARTICULARS: readonly (readonly [RegExp, string | ((found: string) => string)])[] = [
  [/\b[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\b/gi, 'UUID'],
  [QUOTED, (quoted) => (isMessage(quoted) ? withoutNames(quoted) : 'TEXT')],
  [/\b0x[0-9a-f]+\b/gi, 'N'],
  // A digest or an identifier: both digits and letters, or it might be a word.
  [/\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8,}\b/gi, 'HEX'],
  [/\d+(?:\.\d+)*/g, 'N'],
];

function withoutParticulars(text: string): string {
  return PARTICULARS.reduce(
    (rest, [particular, general]) =>
      typeof general === 'string'
        ? rest.replaceAll(particular, general)
        : rest.replaceAll(particular, general),
    text,
  ).trim();
}

function slug(text: string): string {
  return text
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}

function shorten(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
