import type { EventSink } from '../events/event.ts';
import type { LoadPlan } from '../plan/plan.ts';
import type { ReleaseRef } from '../release/release.ts';
import type { CloudAccess } from '../subject/cloud.ts';
import type { Subject, SubjectCloud } from '../subject/subject.ts';
import type { LossLimit } from './abort/loss-limit.ts';
import type { BesideAddress } from './beside/beside.ts';
import type { OpenedCloud } from './cloud/access.ts';
import type { Drive } from './drive/drive.ts';
import type { BrokenWatch } from './resume.ts';
import type { Sources } from './sources/sources.ts';

/** From the plan, for an upgrade that the gate paces. */
export interface KnownUpgrade {
  readonly scenario: string;
  readonly choreography: string;
  readonly topology: string;
  readonly base: ReleaseRef;
  readonly target: ReleaseRef;
}

export interface WatchOptions {
  readonly subject: Subject;
  /** The part of the subject for clouds. */
  readonly side: SubjectCloud;
  readonly access: CloudAccess;
  readonly watched: OpenedCloud['watched'];
  readonly places: OpenedCloud['places'];
  /** Questions per second to its services about themselves. */
  readonly questionRate: number;
  readonly name: string;
  /** For events, verdict and reports. */
  readonly directory: string;
  readonly load: LoadPlan;
  readonly seed: number;
  readonly thresholds: readonly { readonly metric: string; readonly expression: string }[];
  /** Addresses outside the cloud. */
  readonly controls: readonly URL[];
  /** Addresses beside the API that have to be reachable all the time. */
  readonly beside: readonly BesideAddress[];
  /** How long to watch before the command of `until` begins. */
  readonly baselineSeconds: number;
  /** How long to keep watching after the end. */
  readonly afterSeconds: number;
  /** Ends the watch after so many seconds. */
  readonly forSeconds?: number | undefined;
  /** A shell command: the watch ends when the command ends. */
  readonly until?: string | undefined;
  /** Variables for that command, in addition to this process's own. */
  readonly untilEnvironment?: Readonly<Record<string, string>> | undefined;
  /** An upgrade that the gate paces: the watch ends when the upgrade ends. */
  readonly drive?: Drive | undefined;
  /** The releases of the upgrade, if they are known. */
  readonly upgrade?: KnownUpgrade | undefined;
  /** Ends the watch, and the command of `until`, when this much is lost. */
  readonly abortAfter?: LossLimit | undefined;
  /** Where this is reported at once: a file, or a shell command after `|`. */
  readonly abortTo?: string | undefined;
  /** The sources in which other tools report their work. */
  readonly sources: Sources;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  /** A killed watch that now continues. */
  readonly before?: BrokenWatch | undefined;
  readonly onEvent: EventSink;
  readonly say: (line: string) => void;
}

/** A watch in progress. */
export interface WatchContext extends WatchOptions {
  readonly emit: EventSink;
  readonly now: () => number;
  readonly epoch: number;
  readonly runStart: number;
  readonly broken: AbortSignal;
  /** Aborted with the reason when more than the limit is lost. */
  readonly tooMany: AbortSignal;
}
