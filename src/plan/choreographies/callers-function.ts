import type { Choreography } from '../draft.ts';

/** The name of a roll by the caller's function, in plans and verdicts. */
export const BY_FUNCTION = 'roll';

/** Longer than any roll takes; each waiting caller has its own limit. */
const LIMIT_SECONDS = 7200;

/**
 * The calling program's function rolls the lab, call by call, as a script does.
 *
 * @param surroundings The choreography whose load balancer and options the lab has.
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
