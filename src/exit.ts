/** Exit statuses of the process: part of rollgate's contract, and shown by `rollgate --help`. */
export const EXIT = {
  /** The scenario's requirements were proven; for other verbs, the work was done. */
  proven: 0,
  /** The harness could not do its work: engine, image, machine, or a bug. */
  harness: 1,
  /** A requirement or a threshold failed, or could not be proven. */
  requirementFailed: 99,
  /** An invalid scenario, option or catalogue. */
  usage: 104,
  /** Stopped by a signal. */
  aborted: 105,
} as const;

/** Each exit status with its meaning, as shown to people. */
export const EXIT_MEANINGS: readonly (readonly [number, string])[] = [
  [EXIT.proven, 'done; what the scenario requires was proven'],
  [EXIT.harness, 'the harness could not do its work'],
  [EXIT.requirementFailed, 'a requirement or threshold failed, or could not be proven'],
  [EXIT.usage, 'invalid scenario, option or catalogue'],
  [EXIT.aborted, 'aborted by a signal'],
];
