/** The Debian suites that infrastructure can be swapped to. */
export const SUITES = ['trixie', 'forky', 'sid'] as const;
