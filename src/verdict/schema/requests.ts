import { z } from 'zod';
import { requestId } from '../../events/fields.ts';
import { CONNECTIONS } from '../../words.ts';
import { milliseconds, seconds, count, ratio } from './fields.ts';

const latency = z.object({
  requests: count,
  p50Ms: milliseconds,
  p95Ms: milliseconds,
  p99Ms: milliseconds,
  maxMs: milliseconds,
});

/** Of served requests, by the version that served. */
const latencySides = z.object({
  all: latency.nullable(),
  base: latency.nullable(),
  target: latency.nullable(),
});

const latencyMeasured = {
  ...latencySides.shape,
  stages: z.object({
    /** Before anything was changed. */
    baseline: latencySides,
    /** Base and target side by side. */
    mixed: latencySides,
    /** When everything was swapped, and the load was still complete. */
    after: latencySides,
  }),
};

/**
 * How long served requests took to the end of the answer, from the scheduled time; in `fromSend`,
 * from the time of sending. Requests during a fault are in no stage.
 */
const latencies = z.object({ ...latencyMeasured, fromSend: z.object(latencyMeasured) });

/** HAProxy's termination state (its manual, 8.5), and its meaning. */
const termination = z.object({ code: z.string(), meaning: z.string() });

/** A request that was not served, and its address. */
const lostRequest = z.object({
  id: requestId,
  probe: z.string(),
  connection: z.enum(CONNECTIONS),
  operation: z.string(),
  sentAt: milliseconds,
  /** When its outcome was known. */
  at: milliseconds,
  outcome: z.string(),
  /** The HTTP status that was answered. */
  status: z.int().nullable(),
  node: z.string().nullable(),
  service: z.string().nullable(),
  /** The name of the service's container. */
  container: z.string().nullable(),
  version: z.string().nullable(),
  step: z.string().nullable(),
  /** How it was lost, in a few words. */
  cause: z.string(),
  /** The entry of `causes` that counts it. */
  causeId: z.string(),
  /** From the load balancer's log line; `null` if there is none. */
  termination: termination.nullable(),
  /** The error or the start of the answer's body. */
  detail: z.string().nullable(),
  /** Lost because the machine was slow or unreachable, and not counted against the subject. */
  noise: z.boolean(),
});

/**
 * How long nothing was sent after the end of the last lost request, which is then `to`; absent if
 * requests continued. It is unknown whether they would have been served.
 */
const unasked = seconds.optional();

/**
 * From the sending of the first lost request to the sending of the next served one. If nothing was
 * sent for long after that, to the end of the last lost one.
 */
const outage = {
  from: milliseconds,
  to: milliseconds,
  seconds,
  /** Requests lost in it. */
  lost: count,
  /** Whether a request was served again; if not, `to` is the end of the last lost request. */
  recovered: z.boolean(),
  unasked,
  /** Where the first lost request was lost. */
  node: z.string().nullable(),
  step: z.string().nullable(),
  cause: z.string(),
  causeId: z.string(),
  /** All its losses are due to the machine's noise. */
  noise: z.boolean(),
};

/** Of one probe over one kind of connection. */
const disruption = z.object({
  ...outage,
  probe: z.string(),
  connection: z.enum(CONNECTIONS),
});

/** An interval in which no request was served, the workload's included. */
const disruptionOfAll = z.object({
  ...outage,
  /** The probes that lost requests in it. */
  probes: z.array(z.string()),
});

const traffic = {
  /** All sent requests, including those lost to noise. */
  requests: count,
  /** Lost, without those that the machine's noise explains (`noise.requests`). */
  failed: count,
  /** Arrivals that were never sent, because no slot was free or the harness was too late. */
  dropped: count,
  /** Served requests over all that were sent, without those lost to noise. */
  availability: ratio.nullable(),
};

const probe = z.object({
  probe: z.string(),
  connection: z.enum(CONNECTIONS),
  requests: count,
  failed: count,
  availability: ratio.nullable(),
  latency: latencies,
});

/** Losses to the machine's noise. They are in no other figure of failures. */
const lostToNoise = z.object({
  requests: count,
  /**
   * Those of them that were sent while a service was swapped: the swap may have caused the loss
   * too.
   */
  doubtful: count,
  disruptions: count,
  seconds,
});

export const api = z.object({
  ...traffic,
  /** Requests that were refused with 401 and sent again with a new token, as users' clients do. */
  reauthenticated: count,
  /** Of each probe, including those of noise. */
  disruptions: z.array(disruption),
  /**
   * For all probes and the workload together, and separately over new and over kept connections.
   */
  together: z.object({
    all: z.array(disruptionOfAll),
    new: z.array(disruptionOfAll),
    reused: z.array(disruptionOfAll),
  }),
  noise: lostToNoise,
  latency: latencies,
  probes: z.array(probe),
  /** Requests that bypass the subject: they show the harness's own noise. */
  control: z.object(traffic),
  lost: z.array(lostRequest),
});

/** A gap of a watch: neither an outage nor availability. */
export const unobserved = z.object({
  /**
   * `cloud`: the watch did not run. `answers`: requests for something that another user had
   * deleted. `source`: a log or a tool's output gave nothing.
   */
  what: z.enum(['cloud', 'answers', 'source']),
  from: milliseconds,
  to: milliseconds,
  seconds,
  why: z.string(),
  /** Requests whose answers showed nothing of the service; 0 if none was sent. */
  requests: count,
  /** The step in which it began. */
  step: z.string().nullable(),
});

/** Something beside the subject, which its upgrade should leave reachable. */
export const beside = z.object({
  probe: z.string(),
  /** Its address, without a query. */
  address: z.string(),
  requests: count,
  failed: count,
  /** `null` if nothing was sent, which shows nothing. */
  availability: ratio.nullable(),
  disruptions: z.array(
    z.object({
      from: milliseconds,
      to: milliseconds,
      seconds,
      lost: count,
      /** Whether it was reached again; if not, `to` is the end of the last lost request. */
      recovered: z.boolean(),
      unasked,
      /** The step in which it began. */
      step: z.string().nullable(),
      /** How the first request was lost. */
      outcome: z.string(),
    }),
  ),
});
