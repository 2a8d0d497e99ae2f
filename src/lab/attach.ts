import type { ContainerEngine } from '../containers/port.ts';
import { RollgateError } from '../errors.ts';
import { SECRETS_FILE, SecretsSchema } from '../infra/secrets.ts';
import { subjectNamed } from '../subject/registry.ts';
import { Deployment } from './deployment/deployment.ts';
import { findLab } from './find.ts';
import { LAB, OWNER, infrastructureName, readNetworkLabels } from './labels.ts';
import { thisProcess } from './owner.ts';

/**
 * A lab that another process started, from its labels.
 * @throws RollgateError `no-such-lab`, `lab-incomplete`, `unknown-subject`.
 */
export async function attach(engine: ContainerEngine, name: string): Promise<Deployment> {
  await findLab(engine, name);
  const { networks } = await engine.find({ [LAB]: name });
  const labels = networks[0]?.labels;
  const found = labels === undefined ? undefined : readNetworkLabels(labels);
  const incomplete = (cause?: unknown): RollgateError =>
    new RollgateError('lab-incomplete', `lab ${name} is not whole`, {
      hint: `Remove its remains with: rollgate down --name ${name}`,
      cause,
    });
  if (labels === undefined || found === undefined) throw incomplete();
  const subject = subjectNamed(found.subject);
  try {
    const text = await engine.readFile(infrastructureName(name, 'haproxy'), SECRETS_FILE);
    const lab = new Deployment({
      engine,
      subject,
      name,
      owner: labels[OWNER] ?? thisProcess(),
      topology: found.topology,
      secrets: SecretsSchema.parse(JSON.parse(text)),
    });
    await lab.findPorts();
    return lab;
  } catch (error) {
    throw incomplete(error);
  }
}
