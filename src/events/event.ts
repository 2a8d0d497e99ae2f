import { z } from 'zod';
import type { DeepReadonly } from '../deep-readonly.ts';
import { balancerLogged, balancerSampled } from './families/balancer.ts';
import {
  workObserved,
  rpcObserved,
  callTaken,
  crossingWanted,
  messageDropped,
  callUnanswered,
  replyMisdelivered,
  queueSampled,
  queuesLeft,
  replyQueueShared,
} from './families/broker.ts';
import { codeChanged, codeRan, codeWatched } from './families/changed-code.ts';
import { checkCase, checkFinished, checkStarted } from './families/check.ts';
import { answerSeen, endpointFound } from './families/discovered.ts';
import { containerChanged, usageSampled, harnessDelay } from './families/machine.ts';
import {
  operationAccepted,
  operationSettled,
  revivalEnded,
  integrityChecked,
  integrityLeftOut,
} from './families/operation.ts';
import { request, requestUnobserved, besideRequest, arrivalsDropped } from './families/request.ts';
import {
  runStarted,
  preflightFound,
  preflightMissing,
  runPaused,
  runResumed,
  runFinished,
  loadLeftOut,
  watchGap,
} from './families/run.ts';
import {
  serviceStopping,
  serviceStopped,
  serviceStarted,
  serviceServing,
  serviceMoved,
  serviceReloaded,
  infrastructureStopping,
  infrastructureServing,
} from './families/service.ts';
import { stepStarted, stepFinished, stepNote, faultBegan, faultEnded } from './families/step.ts';
import {
  logFinding,
  enginesListed,
  locksSampled,
  schemaSeen,
  databaseLoaded,
  tableLocked,
} from './families/subject.ts';

/**
 * Everything that happens in a run, as one discriminated union on `type`; each file holds one
 * family of events. Terminal, verdict and reports are pure reductions of a stream of these.
 *
 * Times named `at`, `…At` are milliseconds since the start of the run on a monotonic clock; `time`
 * is wall-clock ISO 8601. `node`, `service` name a service container: service is the container's
 * service instance, e.g. `heat-engine` or `heat-engine.2`.
 */
export const RunEventSchema = z.discriminatedUnion('type', [
  runStarted,
  preflightFound,
  preflightMissing,
  stepStarted,
  stepFinished,
  stepNote,
  serviceStopping,
  serviceStopped,
  serviceStarted,
  serviceServing,
  serviceMoved,
  serviceReloaded,
  infrastructureStopping,
  infrastructureServing,
  request,
  requestUnobserved,
  besideRequest,
  arrivalsDropped,
  harnessDelay,
  operationAccepted,
  operationSettled,
  revivalEnded,
  integrityChecked,
  integrityLeftOut,
  workObserved,
  rpcObserved,
  callTaken,
  crossingWanted,
  logFinding,
  queueSampled,
  queuesLeft,
  balancerLogged,
  balancerSampled,
  enginesListed,
  locksSampled,
  containerChanged,
  usageSampled,
  messageDropped,
  callUnanswered,
  replyMisdelivered,
  replyQueueShared,
  loadLeftOut,
  checkStarted,
  checkCase,
  checkFinished,
  faultBegan,
  faultEnded,
  watchGap,
  endpointFound,
  answerSeen,
  schemaSeen,
  codeChanged,
  codeWatched,
  codeRan,
  databaseLoaded,
  tableLocked,
  runPaused,
  runResumed,
  runFinished,
]);

/** Something that happened in a run, as a line of `events.ndjson`. Its `type` says what. */
export type RunEvent = DeepReadonly<z.infer<typeof RunEventSchema>>;

export type EventOf<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;

/** A request of the load, and how it ended. */
export type RequestEvent = EventOf<'request'>;

/** A log line with a signature. */
export type LogFinding = EventOf<'log-finding'>;

/** A part of an operation that had not ended when the operation was settled. */
export type UnfinishedPart = NonNullable<EventOf<'operation-settled'>['unfinished']>[number];

/** A reply that another service than the caller took. */
export type ReplyMisdelivered = EventOf<'reply-misdelivered'>;

/** Gets events as they happen. */
export type EventSink = (event: RunEvent) => void;
