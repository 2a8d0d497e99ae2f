import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { askEngine, connectDocker } from '../../containers/docker.ts';
import { identifyImage, ImageIdentitySchema } from '../../containers/images/identity.ts';
import {
  infrastructureImages,
  upgradeImages,
  tempestImage,
} from '../../containers/images/recipe.ts';
import { RollgateError } from '../../errors.ts';
import { MIB, readTextIfThere } from '../../files/read.ts';
import { packageVersion } from '../../package-version.ts';
import { needsClient } from '../../plan/checkpoints/needs-client.ts';
import type { Plan } from '../../plan/plan.ts';
import { askGit } from '../../release/source/git.ts';
import { RUN_FOLDER } from '../../run-folder.ts';
import { loadReleases, subjectNamed } from '../../subject/registry.ts';

const environmentSchema = z.object({
  /** `0.1.0`, with the commit if it is a checkout. */
  rollgate: z.string(),
  node: z.string(),
  /** The container engine's version. */
  engine: z.string(),
  /** All images that the run started. */
  images: z.array(ImageIdentitySchema),
});

/** The software environment of a run, without the machine itself. */
export type Environment = Readonly<z.output<typeof environmentSchema>>;

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** The software environment that a plan would have here. Its images have to exist. */
export async function environmentFor(plan: Plan): Promise<Environment> {
  const docker = await connectDocker();
  const catalogue = await loadReleases(subjectNamed(plan.subject));
  const recipes = [
    ...infrastructureImages(catalogue),
    ...plan.infrastructure.flatMap((one) => upgradeImages(one, catalogue)),
    ...(needsClient(plan) ? [tempestImage(catalogue)] : []),
  ];
  const refs = new Set([plan.base.image, plan.target.image, ...recipes.map(({ ref }) => ref)]);
  const engine = await askEngine();
  const commit = await ownCommit();
  return {
    rollgate: [packageVersion(), ...(commit === undefined ? [] : [`(${commit})`])].join(' '),
    node: process.versions.node,
    engine: engine.state === 'ready' ? `Docker ${engine.version}` : engine.state,
    images: await Promise.all([...refs].map((ref) => identifyImage(docker, ref))),
  };
}

/** The commit of rollgate's own checkout, if git can read it. */
async function ownCommit(): Promise<string | undefined> {
  try {
    return await checkoutCommit(ROOT);
  } catch (error) {
    // A checkout of another user, or a machine without git: only the version is recorded.
    if (error instanceof RollgateError) return undefined;
    throw error;
  }
}

/**
 * The commit of a checkout of rollgate, with `-dirty` if it was changed; `undefined` for an
 * installed package. Git searches upwards, so it would find the repository that the package is
 * installed in. Only a folder that is the top of a work tree is asked.
 */
export async function checkoutCommit(folder: string): Promise<string | undefined> {
  return existsSync(join(folder, '.git'))
    ? askGit(folder, 'describe', '--always', '--dirty', '--exclude=*')
    : undefined;
}

/**
 * The software environment of a run; `undefined` if its folder does not say.
 *
 * @throws RollgateError `invalid-environment`.
 */
export async function readEnvironment(directory: string): Promise<Environment | undefined> {
  const file = join(directory, RUN_FOLDER.environment);
  const text = await readTextIfThere(file, {
    what: 'environment of a run',
    code: 'invalid-environment',
    limitBytes: 4 * MIB,
    links: false,
  });
  if (text === undefined) return undefined;
  try {
    return environmentSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new RollgateError('invalid-environment', `${file} was not written by a run`, {
      kind: 'usage',
      hint: 'The file was edited, or written by another version of rollgate.',
      cause,
    });
  }
}
