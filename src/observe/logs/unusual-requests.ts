import type { LogLine } from '../../containers/port.ts';
import type { EventOf, EventSink } from '../../events/event.ts';
import { parseBalancerLine, type BalancedRequest } from '../../infra/balancer-log/balancer-log.ts';

export interface UnusualRequestsOptions {
  readonly emit: EventSink;
  /** Start of the run, in milliseconds since the epoch. */
  readonly epoch: number;
}

/**
 * Reads the load balancer's log and emits each unusual request. Lines that are not about a request
 * are passed on.
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
 * The event of an unusual request; `undefined` for any other.
 *
 * @param at Milliseconds since the start of the run.
 */
export function balancerEvent(
  at: number,
  request: BalancedRequest,
): EventOf<'balancer-logged'> | undefined {
  return at >= 0 && isOutOfTheOrdinary(request) ? eventOf(at, request) : undefined;
}

/** `--` is a session that both sides ended normally. */
function isOutOfTheOrdinary({ status, termination, retries }: BalancedRequest): boolean {
  return status >= 500 || termination !== '--' || retries > 0;
}

function eventOf(at: number, request: BalancedRequest): EventOf<'balancer-logged'> {
  const { request: line, ...rest } = request;
  return { type: 'balancer-logged', at, ...rest, request: line };
}
