import { join } from 'node:path';
import { LAB_DIRECTORY } from '../document/lab-files.ts';
import { withNearest } from '../document/nearest.ts';
import { RollgateError } from '../errors.ts';
import type { Choreography } from '../plan/draft.ts';
import { loadCatalogue, type Catalogue } from '../release/catalogue.ts';
import type { SubjectShape } from '../scenario/topology/topology.ts';
import { designate } from './designate/index.ts';
import { heat } from './heat/index.ts';
import { ironic } from './ironic/index.ts';
import type { Subject } from './subject.ts';

/** The subject of scenarios and commands that name none. */
export const defaultSubject: Subject = heat;

const SUBJECTS: readonly Subject[] = [heat, ironic, designate];

/** The names of all subjects, the default one first. */
export const SUBJECT_NAMES: readonly string[] = SUBJECTS.map(({ shape }) => shape.name);

/** The subject of a plan. @throws RollgateError `unknown-subject` with the known ones. */
export function subjectNamed(name: string): Subject {
  const found = SUBJECTS.find(({ shape }) => shape.name === name);
  if (found !== undefined) return found;
  const message = withNearest(`unknown subject ${JSON.stringify(name)}`, name, SUBJECT_NAMES);
  throw new RollgateError('unknown-subject', message, {
    kind: 'usage',
    hint: `Name one of ${SUBJECT_NAMES.join(', ')}.`,
  });
}

/** The folder with a subject's scenarios, topologies and releases. */
export function labFolder({ lab }: Subject): string {
  return join(LAB_DIRECTORY, lab);
}

/**
 * The releases of a subject that rollgate can build: the shipped ones, or those of a user's own
 * catalogue, whose path is in `ROLLGATE_RELEASES`. The catalogue applies to the subject that it
 * names.
 *
 * @throws RollgateError `invalid-catalogue`.
 */
export async function loadReleases(subject: Subject = defaultSubject): Promise<Catalogue> {
  const { ROLLGATE_RELEASES: file = '' } = process.env;
  const own = file === '' ? undefined : await loadCatalogue(file);
  const whose = own?.subject ?? defaultSubject.shape.name;
  return own !== undefined && whose === subject.shape.name
    ? own
    : loadCatalogue(join(labFolder(subject), 'releases.yaml'));
}

/** The input of a plan for a subject. */
export interface Planning {
  readonly shape: SubjectShape;
  readonly catalogue: Catalogue;
  /** See `labFolder`. */
  readonly lab: string;
  /** Default: all that rollgate has. */
  readonly choreographies: readonly Choreography[] | undefined;
}

/** @throws RollgateError `invalid-catalogue`. */
export async function planningFor(subject: Subject): Promise<Planning> {
  const { shape, choreographies } = subject;
  return { shape, catalogue: await loadReleases(subject), lab: labFolder(subject), choreographies };
}
