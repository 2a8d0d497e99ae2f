/** The Debian suites that infrastructure can be swapped to. */
export const SUITES = ['trixie', 'forky', 'sid'] as const;

/** The Debian suites whose infrastructure a lab can begin with, the oldest first. */
export const FIRST_SUITES = ['bookworm', ...SUITES] as const;
