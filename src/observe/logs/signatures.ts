import { join } from 'node:path';
import { z } from 'zod';
import { checkedYaml } from '../../document/checked-yaml.ts';
import { LAB_DIRECTORY } from '../../document/lab-files.ts';
import type { Problem } from '../../document/problem.ts';
import { messageOf } from '../../errors.ts';
import { MIB, readText } from '../../files/read.ts';

/** A JavaScript regular expression, tried on whole lines; it may name groups. */
const pattern = z.string().transform((text, context) => {
  try {
    return new RegExp(text, 'm');
  } catch (error) {
    context.addIssue({ code: 'custom', message: messageOf(error) });
    return z.NEVER;
  }
});
/** Kinds of service, e.g. `heat-engine`; all if it is left out. */
const services = z.array(z.string().min(1)).min(1).exactOptional();

const signatureSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  /** For display; `{name}` is replaced with the pattern's group of that name. */
  title: z.string().min(1),
  severity: z.enum(['harmless', 'warning', 'error']),
  pattern,
  services,
  /** Its meaning, and the source of it. */
  why: z.string().min(1),
  /** The option or the method that prevents it. */
  avoidedBy: z.string().min(1).exactOptional(),
});

/** The messaging library's lines about single messages: `MessagePatterns`. */
const messagesSchema = z.strictObject({
  marker: z.string().min(1),
  sent: pattern,
  received: pattern,
  taken: pattern,
  answered: pattern,
  expected: pattern,
  unawaited: pattern,
  refused: z.string().min(1),
  refusedCall: pattern.exactOptional(),
  request: pattern,
  avoidedBy: z.string().min(1),
  /** The meaning of a message that was received and never taken, and the source of it. */
  why: z.string().min(1),
});

const signaturesSchema = z.strictObject({
  /** Lines that a service logs when it begins a piece of work. */
  work: z.strictObject({ pattern, services }).exactOptional(),
  messages: messagesSchema.exactOptional(),
  signatures: z.array(signatureSchema),
});

/** A known kind of log line. */
export type Signature = Readonly<z.output<typeof signatureSchema>>;
/** The known lines of a subject's logs. The first matching signature applies. */
export type Signatures = Readonly<z.output<typeof signaturesSchema>>;

/**
 * Reads `lab/signatures/NAME.yaml`.
 *
 * @throws RollgateError `invalid-signatures` with every problem's file, line and column.
 */
export async function loadSignatures(name: string, lab = LAB_DIRECTORY): Promise<Signatures> {
  const file = join(lab, 'signatures', `${name}.yaml`);
  const text = await readText(file, {
    what: 'log signatures',
    code: 'invalid-signatures',
    limitBytes: MIB,
  });
  return parseSignatures(text, file);
}

/** @throws RollgateError `invalid-signatures` with every problem's file, line and column. */
export function parseSignatures(text: string, file: string): Signatures {
  return checkedYaml(text, file, {
    schema: signaturesSchema,
    code: 'invalid-signatures',
    contradictions,
  });
}

/** The title of a line: the signature's, with the matches of the pattern's groups in it. */
export function titleOf(signature: Signature, found: RegExpMatchArray): string {
  return signature.title.replaceAll(PLACEHOLDER, (_, name: string) => found.groups?.[name] ?? '?');
}

const PLACEHOLDER = /\{(\w+)\}/g;

/** Checks beyond the schema: each id appears once, and titles name only existing groups. */
function contradictions({ signatures }: Signatures): readonly Problem[] {
  const ids = signatures.map(({ id }) => id);
  return signatures.flatMap(({ id, title, pattern }, index): Problem[] => {
    const groups = new Set(
      [...pattern.source.matchAll(/\(\?<([A-Za-z_]\w*)>/g)].map(([, group]) => group),
    );
    const unknown = [...title.matchAll(PLACEHOLDER)].filter(([, name]) => !groups.has(name));
    return [
      ...(ids.indexOf(id) === index ? [] : [problem(index, 'id', `${id} twice`)]),
      ...unknown.map(([text]) => problem(index, 'title', `the pattern has no group for ${text}`)),
    ];
  });
}

function problem(index: number, key: string, message: string): Problem {
  return { path: ['signatures', index, key], message, at: 'value' };
}
