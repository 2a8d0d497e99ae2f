import { kindOfError, refusedWith, type HeatCall } from './call.ts';

/** An id that no object of Heat has. */
export const ABSENT = '00000000-0000-4000-8000-000000000000';
/** The error type for a missing object. */
export const MISSING = 'EntityNotFound';

/** A call without its name and the methods that it causes. */
type CallRow = Omit<HeatCall, 'operation' | 'rpc'>;

/** @param rpc The methods of topic `engine` that an API calls to answer it. */
export function call(operation: string, rpc: string | readonly string[], one: CallRow): HeatCall {
  return { operation, rpc: typeof rpc === 'string' ? [rpc] : rpc, ...one };
}

export function get(path: string, check?: HeatCall['check']): CallRow {
  return { method: 'GET', path, expect: [200], ...(check === undefined ? {} : { check }) };
}

/** Calls whose object does not change from the baseline to the end. */
export function steady(one: CallRow): CallRow {
  return { ...one, steady: true };
}

/**
 * Sent once in each state, because another call of its method is repeated until it crossed both
 * ways.
 */
export function once(one: HeatCall): HeatCall {
  return { ...one, once: true };
}

/** A request without its expected answer yet. */
export function of(method: CallRow['method'], path: string, body?: unknown): CallRow {
  return body === undefined ? { method, path, expect: [] } : { method, path, body, expect: [] };
}

/**
 * A refused request, with the expected status and error type. The type must also stay the same as
 * in the first answer.
 */
export function refused(
  operation: string,
  rpc: string | readonly string[],
  status: number,
  type: string | undefined,
  request: Pick<CallRow, 'method' | 'path' | 'body'>,
): HeatCall {
  return call(`${operation}: ${status}`, rpc, {
    ...request,
    steady: true,
    part: kindOfError,
    expect: [status],
    check: refusedWith(status, type),
  });
}
