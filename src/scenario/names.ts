/** Characters of a name in a scenario: names stand in plans, tables and names of files. */
export const NAME_LENGTH = 80;

/**
 * Names in events of requests of many kinds, on no schedule: the workload's, those of a user's own
 * client, and the calls that old and new exchange. Their times cannot be compared.
 */
export const UNSCHEDULED_PROBES: readonly string[] = ['workload', 'client', 'calls'];
