import { connectDocker } from '../../containers/docker.ts';
import { DockerContainerEngine } from '../../containers/docker/container-engine.ts';
import { findLabs, KILLED_SETTLE_MS } from '../find.ts';
import { LAB, OWNER } from '../labels.ts';

/**
 * Removes the labs of a process that is gone, except those that are meant to stay and those that
 * now have another owner.
 */
export async function removeLabsOf(owner: string, names: ReadonlySet<string>): Promise<void> {
  const engine = new DockerContainerEngine(await connectDocker());
  for (const { name, kept } of await findLabs(engine)) {
    if (!names.has(name) || kept) continue;
    await engine.sweep({ [LAB]: name, [OWNER]: owner }, { settleMs: KILLED_SETTLE_MS });
  }
}
