import { Option } from '@commander-js/extra-typings';
import type { ContainerEngine } from '../../containers/port.ts';
import { RollgateError } from '../../errors.ts';
import { findLab, findLabs, type LabSummary } from '../../lab/find.ts';
import { checkLabName } from '../../lab/labels.ts';

/** `--name` of an existing lab. An invalid name is refused before the engine gets a request. */
export const labNameOption = (description: string) =>
  new Option('--name <name>', description).argParser((name: string): string => {
    checkLabName(name);
    return name;
  });

/**
 * The lab of a verb: the named one, otherwise the only one.
 * @throws RollgateError `no-such-lab`, `which-lab`.
 */
export async function chosenLab(
  engine: ContainerEngine,
  name: string | undefined,
): Promise<LabSummary> {
  if (name !== undefined) return findLab(engine, name);
  const labs = await findLabs(engine);
  const [only, ...others] = labs;
  if (only === undefined) {
    throw new RollgateError('no-such-lab', 'there is no lab', {
      kind: 'usage',
      hint: 'Start one with: rollgate up',
    });
  }
  if (others.length > 0) {
    throw new RollgateError('which-lab', `there are ${labs.length} labs`, {
      kind: 'usage',
      hint: `Name one with --name: ${labs.map((lab) => lab.name).join(', ')}`,
    });
  }
  return only;
}
