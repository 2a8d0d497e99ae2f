/** The maximum length of a name in a scenario: names appear in plans, tables and file names. */
export const NAME_LENGTH = 80;

/**
 * Probe names of requests of many kinds without a schedule: the workload's, those of a user's own
 * client, and the calls between old and new. Their times cannot be compared.
 */
export const UNSCHEDULED_PROBES: readonly string[] = ['workload', 'client', 'calls'];
