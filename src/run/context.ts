import type { EventSink } from '../events/event.ts';
import type { Deployment } from '../lab/deployment/deployment.ts';
import type { MessageCensus } from '../observe/logs/message-census.ts';
import type { Plan } from '../plan/plan.ts';
import type { Legacy, Link } from '../subject/load.ts';
import type { ServiceWatch } from './logs/service-watch.ts';
import type { OwnWork } from './own-work.ts';
import type { Pauses } from './pauses.ts';
import type { LoadSession } from './steps/load-session.ts';

export interface RunningEngine {
  /** The identity under which the subject lists it. */
  readonly engineId: string;
  readonly vhost: string;
}

/** The parts of a run that steps use, and the state that steps share. */
export interface RunContext {
  readonly plan: Plan;
  readonly lab: Deployment;
  readonly emit: EventSink;
  readonly census: MessageCensus;
  readonly signal: AbortSignal;
  readonly watch: ServiceWatch;
  /** The folder for logs, within the run's. */
  readonly logs: string;
  /** The system clock's value at the start of the run. */
  readonly runStart: number;
  /** Milliseconds since the start of the run. */
  readonly now: () => number;
  /** The run's place in a chain. */
  readonly link: Link | undefined;
  /** The caller's own work: a roll function, clients. */
  readonly own: OwnWork;
  /** From `start-load` to `stop-load`. */
  load: LoadSession | undefined;
  /** The objects that the load left when it was stopped. */
  legacy: Legacy | undefined;
  /** The engines that run, by `node/service`. */
  readonly engines: Map<string, RunningEngine>;
  /** The name of the container that checks run in, from the first that needs it. */
  client: Promise<string> | undefined;
  /**
   * When a service was last started or stopped, or the load last resumed after a pause.
   * Milliseconds since the start of the run.
   */
  lastSwapAt: number;
  readonly pauses: Pauses;
}
