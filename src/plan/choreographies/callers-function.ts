import type { Choreography } from '../draft.ts';

/** What a roll by a function of the caller is called in plans and verdicts. */
export const BY_FUNCTION = 'roll';

/** Longer than any roll takes; each caller that waits has a limit of its own. */
const LIMIT_SECONDS = 7200;

/**
 * A function of the program that called the library rolls the lab, call by call, as a script does.
 *
 * @param surroundings Whose load balancer and options the lab has.
 */
export function byFunction({ balancer, config, deployer }: Choreography): Choreography {
  return {
    name: BY_FUNCTION,
    summary: 'a function of the caller rolls the lab',
    ...(balancer && { balancer }),
    ...(config && { config }),
    ...(deployer && { deployer }),
    stages: () => [
      { name: BY_FUNCTION, steps: [{ kind: 'script', limitSeconds: LIMIT_SECONDS, checks: [] }] },
    ],
  };
}
