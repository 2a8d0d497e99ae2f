/**
 * The levels of an upgrade, as OpenStack's Technical Committee named them (`assert:*` in
 * openstack/governance, reference/tags). A lattice, weakest first.
 */
export const TAGS = [
  'supports-upgrade',
  'supports-accessible-upgrade',
  'supports-rolling-upgrade',
  'supports-zero-downtime-upgrade',
  'supports-zero-impact-upgrade',
] as const;

/** A level of upgrade. */
export type TagName = (typeof TAGS)[number];
