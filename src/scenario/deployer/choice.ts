import { z } from 'zod';

/** The name for the lab's own settings instead of a deployer's. */
export const NO_DEPLOYER = 'rollgate';

/** The virtual CPUs of a deployer's node. Used if the scenario does not set them. */
export const VCPUS = 4;

/** A user's own profile by its path; text in the form of a path is one (`isPath`). */
const path = z.string().regex(/[/\\]|\.ya?ml$/, { error: 'the path of a YAML file', abort: true });

/** A deployer's name or path, optionally with the virtual CPUs of its nodes. */
export const deployerChoiceSchema = (known: readonly string[]) => {
  const named = z.union([z.enum([NO_DEPLOYER, ...known]), path]);
  return z.union([
    named.transform((name): DeployerChoice => ({ name, vcpus: VCPUS })),
    z.strictObject({
      name: z.union([named, z.string()]).describe('The deployer, or the path of your own profile.'),
      vcpus: z
        .int()
        .min(1)
        .max(256)
        .default(VCPUS)
        .describe('Virtual CPUs of a node; some deployers derive the number of workers from them.'),
      profile: z
        .record(z.string(), z.unknown())
        .exactOptional()
        .describe('The profile itself: a run writes it into its scenario.yaml in place of a path.'),
    }),
  ]);
};

/** Which deployer a scenario has chosen. */
export interface DeployerChoice {
  /** A name or a path. */
  readonly name: string;
  /** Virtual CPUs of a node. */
  readonly vcpus: number;
  /** The profile as YAML data. */
  readonly profile?: Readonly<Record<string, unknown>>;
}
