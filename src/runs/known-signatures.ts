import { loadSignatures, type Signature } from '../observe/logs/signatures.ts';
import { labFolder, SUBJECT_NAMES, subjectNamed } from '../subject/registry.ts';

/** A known log line, and the services in whose logs it is searched for. */
export interface KnownSignature {
  /** The subject, or `infrastructure`. */
  readonly of: string;
  readonly signature: Signature;
}

/**
 * The log lines that are known, of every subject and of the infrastructure.
 *
 * @throws RollgateError `invalid-signatures`, `unreadable-file`.
 */
export async function knownSignatures(): Promise<readonly KnownSignature[]> {
  const named = SUBJECT_NAMES.map((name) => {
    const subject = subjectNamed(name);
    return { of: name, file: loadSignatures(subject.signatures, labFolder(subject)) };
  });
  const all = [...named, { of: 'infrastructure', file: loadSignatures('infrastructure') }];
  const read = await Promise.all(
    all.map(async ({ of, file }) =>
      (await file).signatures.map((signature) => ({ of, signature })),
    ),
  );
  return read.flat();
}
