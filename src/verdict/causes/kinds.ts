/**
 * The kinds of causes that a verdict can have. An error in a log that explains no loss has its
 * signature's name (`lab/signatures/`) as its kind.
 */
export const CAUSE_KINDS = [
  'work-refused-after-acknowledgement',
  'work-dropped-by-stopping-engine',
  'work-held-by-gone-engine',
  'work-blocked-by-record',
  'work-failed-in-engine',
  'work-lost-with-process',
  'calls-never-answered',
  'work-never-begun',
  'work-halted-in-release',
  'work-halted-since-target',
  'stuck-unexplained',
  'stack-lost',
  'stack-failed',
  'integrity-broken',
  'check-failed',
  'requests-lost',
  'requests-slowed',
  'tokens-refused',
  'left-by-refused-deletion',
  'resources-used-up',
  'service-did-not-stop',
  'service-serves-late',
  'reply-queue-shared',
  'target-did-not-serve',
  'migration-failed',
  'table-locked',
  'machine-noise',
  'base-fails',
  'infrastructure-frozen',
  'infrastructure-stopped',
  'infrastructure-unplugged',
  'service-frozen',
  'service-stopped',
  'service-unplugged',
  'service-cut-off',
  'service-narrowed',
] as const;

/** A class of causes, as `causes[].kind` in `verdict.json` names it. */
export type CauseKind = (typeof CAUSE_KINDS)[number];
