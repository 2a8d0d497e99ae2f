import { join } from 'node:path';
import { RollgateError } from '../errors.ts';
import { loadCatalogue, type Catalogue } from '../release/catalogue.ts';
import { LAB_DIRECTORY } from '../scenario/document/lab-files.ts';
import { heat } from './heat/index.ts';
import type { Subject } from './subject.ts';

/** The subject of scenarios and commands that name none. */
export const defaultSubject: Subject = heat;

const SUBJECTS: readonly Subject[] = [heat];

/** The subject of a plan. @throws RollgateError `unknown-subject` with the known ones. */
export function subjectNamed(name: string): Subject {
  const found = SUBJECTS.find(({ shape }) => shape.name === name);
  if (found !== undefined) return found;
  throw new RollgateError('unknown-subject', `unknown subject ${JSON.stringify(name)}`, {
    kind: 'usage',
    hint: `Name one of ${SUBJECTS.map(({ shape }) => shape.name).join(', ')}.`,
  });
}

/** The releases of a subject that rollgate can build. @throws RollgateError `invalid-catalogue`. */
export function loadReleases(subject: Subject = defaultSubject): Promise<Catalogue> {
  return loadCatalogue(join(LAB_DIRECTORY, subject.releases));
}
