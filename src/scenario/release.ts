/** A release as a plan and a verdict name it. */
export interface ReleaseRef {
  readonly series: string;
  /** The version that the catalogue or the image says. */
  readonly version: string;
  /** The container image. */
  readonly image: string;
}

/** N or N+1. */
export type Side = 'base' | 'target';
