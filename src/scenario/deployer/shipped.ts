import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LAB_DIRECTORY, listLabFiles, readLabFile } from '../../document/lab-files.ts';
import { RollgateError } from '../../errors.ts';
import type { SubjectShape } from '../topology/topology.ts';
import { parseDeployer, type DeployerProfile } from './profile.ts';

/** A subject's own folder may have no deployers. */
function namesIn(lab: string): readonly string[] {
  const mayLack = lab !== LAB_DIRECTORY && !existsSync(join(lab, 'deployers'));
  return mayLack ? [] : listLabFiles('deployer', lab);
}

/**
 * The profiles of a subject in `lab/deployers`, in alphabetical order.
 *
 * @throws RollgateError `invalid-deployer` with every problem's file, line and column.
 */
export async function loadDeployers(
  shape: SubjectShape,
  lab = LAB_DIRECTORY,
): Promise<readonly DeployerProfile[]> {
  const all = await Promise.all(
    namesIn(lab).map(async (name) => {
      const { text, file } = await readLabFile('deployer', name, { lab });
      const profile = parseDeployer(text, file, shape);
      if (profile.name === name) return profile;
      throw new RollgateError('invalid-deployer', `${file} has the profile ${profile.name}`, {
        kind: 'usage',
        place: { file },
        hint: 'Give the file the name of its profile.',
      });
    }),
  );
  return all.filter(({ subject }) => subject === shape.name);
}
