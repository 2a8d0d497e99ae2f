import type Docker from 'dockerode';
import { connectDocker } from '../containers/docker.ts';
import { sameContent } from '../containers/images/identity.ts';
import { parseLabels } from '../containers/images/labels.ts';
import { RollgateError } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import { SIDES, UNKNOWN_VERSION, type ReleaseRef } from '../release/release.ts';
import { subjectNamed } from '../subject/registry.ts';
import { askImageOnce, type AskOptions } from './ask-image.ts';

/** An image has to report its version within this time. */
const LOOK_SECONDS = 60;

/**
 * A plan with the facts that only its images show. One is the version of a release that was given
 * as an image, or that is a point release of the catalogue's. The other is whether base and target
 * have the same content under two names. The images have to exist.
 *
 * @throws RollgateError `version-unknown` if there is no subject in an image; the signal's reason.
 */
export async function identifyReleases(plan: Plan, options: AskOptions): Promise<Plan> {
  const known = new Map<string, ReleaseRef>();
  for (const side of SIDES) {
    const release = plan[side];
    if (known.has(release.image)) continue;
    const version =
      release.version === UNKNOWN_VERSION
        ? await versionIn(release.image, plan.subject, options)
        : ((await builtVersion(await connectDocker(), release.image)) ?? release.version);
    known.set(release.image, { ...release, version });
  }
  const restart =
    plan.restart || (await sameContent(await connectDocker(), plan.base.image, plan.target.image));
  return {
    ...plan,
    base: known.get(plan.base.image) ?? plan.base,
    target: { ...plan.target, version: known.get(plan.target.image)?.version ?? UNKNOWN_VERSION },
    restart,
  };
}

/**
 * The version that was found when the image was built: a point release may be newer than the one in
 * the catalogue. Undefined for an image that is not a release's own.
 */
async function builtVersion(docker: Docker, image: string): Promise<string | undefined> {
  const { Id, Config } = await docker.getImage(image).inspect();
  return parseLabels(Config.Labels ?? {}, image, Id)?.version;
}

/** The version according to the image's own Python, as in a running service. */
async function versionIn(image: string, subject: string, options: AskOptions): Promise<string> {
  const refused = (output: string): RollgateError =>
    new RollgateError('version-unknown', `image ${image}: no ${subject} was found in it`, {
      kind: 'usage',
      detail: output.slice(-1000),
      hint: 'Give an image of the subject that rollgate built, or one that is built as those are.',
    });
  const output = await askImageOnce(
    options,
    {
      image,
      about: 'version',
      hostname: 'version',
      command: subjectNamed(subject).versionCommand,
      limitSeconds: LOOK_SECONDS,
    },
    refused,
  );
  const version = output.trim().split('\n').at(-1)?.trim() ?? '';
  if (version === '') throw refused(output);
  return version;
}
