import { randomUUID } from 'node:crypto';
import { isError } from '../../errors.ts';
import type { EventSink } from '../../events/event.ts';
import type { RequestOutcome } from '../../events/families/request.ts';
import type { RequestId } from '../../events/fields.ts';
import type { Clock } from '../clock.ts';
import { sinceStart } from '../clock.ts';
import { errorInWords, outcomeOfError } from './outcome.ts';
import { newRequestId } from './request.ts';

/** The probe name of a user's own client. */
export const CLIENT_PROBE = 'client';

/** The means to measure a user's own client. */
export interface OwnClient {
  /** Aborted when the load ends: the client shall end then. */
  readonly signal: AbortSignal;
  /** `fetch`, measured: a request with an id that appears in the load balancer's log. */
  fetch(url: URL, init?: RequestInit): Promise<Response>;
  /** Measures other work: an error is a loss, and is rethrown. */
  measure<T>(operation: string, work: () => Promise<T>): Promise<T>;
}

/** Runs while the load does. */
export type ClientFunction = (client: OwnClient) => Promise<void>;

export interface OwnClientOptions {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** The clock's value at the start of the run, in milliseconds. */
  readonly runStart: number;
  readonly emit: EventSink;
  /** See HttpClientOptions. */
  readonly serverHeader: string;
}

interface RecordedEnd {
  readonly outcome: RequestOutcome;
  readonly status?: number;
  readonly server?: string;
  readonly detail?: string;
}

/** A client that emits an event for each request, like a probe. */
export function ownClient(options: OwnClientOptions): OwnClient {
  const record = recorderOf(options);
  return {
    signal: options.signal,
    fetch: (url, init = {}) => recordedFetch(url, init, { ...options, record }),
    measure: (operation, work) => measuredWork(operation, work, { ...options, record }),
  };
}

/** Emits the event of a request that began at a time and has ended. */
type RecordRequest = (id: RequestId, operation: string, began: number, end: RecordedEnd) => void;
type Recorded = OwnClientOptions & { readonly record: RecordRequest };

function recorderOf({ clock, runStart, emit }: OwnClientOptions): RecordRequest {
  return (id, operation, began, end) => {
    const sentAt = sinceStart(began, runStart);
    emit({
      type: 'request',
      at: sinceStart(clock.now(), runStart),
      id,
      probe: CLIENT_PROBE,
      operation,
      connection: 'reused',
      scheduledAt: sentAt,
      sentAt,
      ...end,
    });
  };
}

async function recordedFetch(
  url: URL,
  init: RequestInit,
  { clock, serverHeader, signal, record }: Recorded,
): Promise<Response> {
  const id = newRequestId();
  const headers = new Headers(init.headers);
  headers.set('X-OpenStack-Request-ID', id);
  const operation = `${init.method ?? 'GET'} ${url.pathname}`;
  const began = clock.now();
  try {
    const response = await fetch(url, { ...init, headers });
    // If it breaks within the answer, it is lost.
    const body = await response.arrayBuffer();
    const { status, statusText } = response;
    const server = response.headers.get(serverHeader);
    record(id, operation, began, {
      outcome: status < 500 ? 'served' : server === null ? '5xx-balancer' : '5xx-service',
      status,
      ...(server === null ? {} : { server }),
    });
    const empty = body.byteLength === 0;
    return new Response(empty ? null : body, { status, statusText, headers: response.headers });
  } catch (error) {
    if (!wasAborted(error, signal, init.signal)) record(id, operation, began, endOfFetch(error));
    throw error;
  }
}

async function measuredWork<T>(
  operation: string,
  work: () => Promise<T>,
  { clock, signal, record }: Recorded,
): Promise<T> {
  const id = `client-${randomUUID()}` as const;
  const began = clock.now();
  try {
    const result = await work();
    record(id, operation, began, { outcome: 'served' });
    return result;
  } catch (error) {
    if (!wasAborted(error, signal)) {
      const detail = isError(error) ? errorInWords(error) : String(error);
      record(id, operation, began, { outcome: 'client-failed', detail });
    }
    throw error;
  }
}

/** An aborted request is not lost. @param own The request's own signal, which may be a time-out. */
function wasAborted(error: unknown, run: AbortSignal, own?: AbortSignal | null): boolean {
  return run.aborted || (own?.aborted === true && !isTimeout(error));
}

/** @throws The error itself if it caused no loss: a bug of the caller. */
function endOfFetch(error: unknown): RecordedEnd {
  if (isTimeout(error)) return { outcome: 'timeout', detail: 'its own time-out' };
  // A network error is the cause of a TypeError, and has a code. Any other error is a wrong call.
  const cause = isError(error) && isError(error.cause) ? error.cause : undefined;
  if (cause === undefined || !('code' in cause)) throw error;
  return { outcome: outcomeOfError(cause, 'nothing'), detail: errorInWords(cause) };
}

function isTimeout(error: unknown): boolean {
  return isError(error) && error.name === 'TimeoutError';
}
