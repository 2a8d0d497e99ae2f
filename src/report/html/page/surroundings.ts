import type { Child } from '../markup.ts';

/** The surroundings of a report, by the place where it is read. */
export interface Surroundings {
  /** Above the verdict: the way to other pages. */
  readonly above: Child;
  /** The address of the page that follows a stack or a request; undefined if there is none. */
  readonly follow: ((wanted: string) => string) | undefined;
  /** The run has not ended: the page takes in new events while it is read. */
  readonly underWay: boolean;
}

/** A file that is read by itself. */
export const ALONE: Surroundings = { above: null, follow: undefined, underWay: false };
