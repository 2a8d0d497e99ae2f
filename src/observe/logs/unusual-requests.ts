import type { LogLine } from '../../containers/port.ts';
import type { EventOf, EventSink } from '../../events/event.ts';
import { parseBalancerLine, type BalancedRequest } from '../../infra/balancer-log.ts';

export interface UnusualRequestsOptions {
  readonly emit: EventSink;
  /** Start of the run, in milliseconds since the epoch. */
  readonly epoch: number;
}

/**
 * Reads the load balancer's log: it emits each request with something out of the ordinary. Lines
 * that are about no request are handed on.
 */
export async function* emitUnusualRequests(
  lines: AsyncIterable<LogLine>,
  { emit, epoch }: UnusualRequestsOptions,
): AsyncIterable<LogLine> {
  for await (const line of lines) {
    const request = parseBalancerLine(line.text);
    if (request === undefined) {
      yield line;
      continue;
    }
    const event = balancerEvent(Date.parse(line.time) - epoch, request);
    if (event !== undefined) emit(event);
  }
}

/**
 * The event of a request with something out of the ordinary; `undefined` for any other.
 *
 * @param at Milliseconds since the start of the run.
 */
export function balancerEvent(
  at: number,
  request: BalancedRequest,
): EventOf<'balancer-logged'> | undefined {
  return at >= 0 && isOutOfTheOrdinary(request) ? eventOf(at, request) : undefined;
}

/** `--` is a session that both sides ended as they should. */
function isOutOfTheOrdinary({ status, termination, retries }: BalancedRequest): boolean {
  return status >= 500 || termination !== '--' || retries > 0;
}

function eventOf(at: number, request: BalancedRequest): EventOf<'balancer-logged'> {
  const { request: line, ...rest } = request;
  return { type: 'balancer-logged', at, ...rest, request: line };
}
