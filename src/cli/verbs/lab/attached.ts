import { attach } from '../../../lab/attach.ts';
import type { Deployment } from '../../../lab/deployment/deployment.ts';
import { openEngine } from '../../../runs/provision.ts';
import type { CliContext } from '../../context.ts';
import { chosenLab } from '../../options/lab-name.ts';

/**
 * The lab that a verb inspects: the named one, otherwise the only one.
 * @throws RollgateError `no-such-lab`, `which-lab`, `lab-incomplete`.
 */
export async function attached(name: string | undefined, context: CliContext): Promise<Deployment> {
  const engine = await openEngine((line) => context.stderr(line));
  return attach(engine, (await chosenLab(engine, name)).name);
}
