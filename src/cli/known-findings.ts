import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { MIB, readText } from '../files/read.ts';
import { defaultSubject, labFolder, subjectNamed } from '../subject/registry.ts';
import { knownFindings, type PublishedFinding } from '../verdict/causes/known-findings.ts';
import type { Verdict } from '../verdict/schema/verdict.ts';
import { placePages } from './pages.ts';

const versions = z.array(z.string()).min(1).optional();
const pattern = z
  .string()
  .transform((text) => new RegExp(text))
  .optional();

const findingsSchema = z.strictObject({
  findings: z.array(
    z
      .strictObject({
        id: z.string(),
        title: z.string(),
        kind: z.string(),
        base: versions,
        target: versions,
        service: versions,
        'title-like': pattern,
        'sample-like': pattern,
      })
      .transform(
        ({ 'title-like': titleLike, 'sample-like': sampleLike, ...rest }): PublishedFinding => ({
          ...rest,
          titleLike,
          sampleLike,
        }),
      ),
  ),
});

/** Of the software's `findings`. */
export async function publishedFindings(
  subject = defaultSubject,
): Promise<readonly PublishedFinding[]> {
  const file = join(labFolder(subject), 'findings', `${subject.shape.name}.yaml`);
  const text = await readText(file, {
    what: 'list of findings',
    code: 'broken-installation',
    limitBytes: MIB,
    kind: 'harness',
  });
  return findingsSchema.parse(parse(text)).findings;
}

/** The text below a red run's summary; empty if no cause is published. */
export async function knownInWords(verdict: Verdict): Promise<string | undefined> {
  if (verdict.outcome === 'passed') return undefined;
  const { findings, causes, known } = knownFindings(
    verdict,
    await publishedFindings(subjectNamed(verdict.subject)),
  );
  if (known === 0) return undefined;
  const head =
    known === causes
      ? 'Every cause that did harm is a published finding:'
      : `${known} of ${causes} causes that did harm are published findings:`;
  return [
    head,
    ...findings.map(({ id, title }) => `  ${title} (${placePages(`docs/findings/${id}.md`)})`),
  ].join('\n');
}
