import type { Child } from '../markup.ts';

/** The surroundings of a report, depending on where it is read. */
export interface Surroundings {
  /** Above the verdict: links to other pages. */
  readonly above: Child;
  /** The address of the page that follows a stack or a request; undefined if there is none. */
  readonly follow: ((wanted: string) => string) | undefined;
  /** The run has not ended: the page adds new events while it is open. */
  readonly underWay: boolean;
}

/** A standalone file. */
export const ALONE: Surroundings = { above: null, follow: undefined, underWay: false };
