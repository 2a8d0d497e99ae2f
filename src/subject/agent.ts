import type { Keystone } from '../infra/keystone.ts';
import type { Secrets } from '../infra/secrets.ts';

/**
 * A program that stands for a guest of what the subject made, in a container of its own. It prints
 * a line of JSON for each question that it asks: see `agentLine` in `src/run/steps/agent.ts`. Its name
 * and what it asks are in the subject's shape.
 */
export interface GuestAgent {
  /** For a container of the base's image, in the lab's network. */
  command(lab: {
    readonly keystone: Keystone;
    readonly secrets: Secrets;
  }): Promise<readonly string[]>;
}
