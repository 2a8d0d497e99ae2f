import type { EventSink } from '../events/event.ts';
import type { MessageCensus } from '../observe/logs/message-census.ts';
import type { Plan } from '../plan/plan.ts';
import type { Link } from '../subject/load.ts';
import type { RunLab } from './lab.ts';
import type { ServiceWatch } from './logs/service-watch.ts';
import type { OwnWork } from './own-work.ts';
import type { Pauses } from './pauses.ts';
import type { RunState } from './state.ts';

/** The parts of a run that steps use. */
export interface RunContext {
  readonly plan: Plan;
  readonly lab: RunLab;
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
  readonly state: RunState;
  readonly pauses: Pauses;
}
