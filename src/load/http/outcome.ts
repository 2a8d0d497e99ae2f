import { z } from 'zod';
import { codeOf, RollgateError, messageOf } from '../../errors.ts';
import type { RequestOutcome } from '../../events/families/request.ts';
import { jsonIn } from '../../json.ts';

/** How far an answer had come when the connection failed. */
export type AnswerProgress = 'nothing' | 'answering';

const REFUSED = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN']);
const TIMED_OUT = new Set([
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);
const DNS = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EAI_NONAME']);
/** This machine ran out of ports or descriptors, which is not due to the subject. */
const EXHAUSTED = new Set(['EADDRNOTAVAIL', 'EMFILE', 'ENFILE', 'ENOBUFS']);
/** undici's own refusals: the caller's request is impossible. */
const MISUSE = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_DESTROYED', 'UND_ERR_CLOSED']);
/** OpenSSL's and Node's codes for a failed handshake or certificate. */
const TLS =
  /^(ERR_SSL_|ERR_TLS_|CERT_|EPROTO$|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH)/;
/** The error for display, with its code if the message lacks it. */
export function errorInWords(error: Error): string {
  const code = codeOf(error);
  // Node's AggregateError of several addresses has no message of its own.
  const message =
    error instanceof AggregateError ? error.errors.map(messageOf).join('; ') : error.message;
  return code === undefined || message.includes(code) ? message : `${code}: ${message}`;
}

/**
 * The class of a request whose connection failed. Errors outside every other class (ECONNRESET,
 * EPIPE, undici's `other side closed`, an answer shorter than its content-length) are a reset,
 * before or within the answer.
 *
 * @throws RollgateError `client-exhausted` if this machine lacked a port or a descriptor, because
 * no class would be fair to the server.
 * @throws The error itself if the request was impossible: a bug.
 */
export function outcomeOfError(error: Error, progress: AnswerProgress): RequestOutcome {
  const code = codeOf(error) ?? '';
  if (EXHAUSTED.has(code)) {
    throw new RollgateError(
      'client-exhausted',
      `This machine could not open one more connection: ${messageOf(error)}`,
      {
        hint: 'Lower the rate of the probes over new connections, or raise the limit of open files (ulimit -n) or of ports (net.ipv4.ip_local_port_range).',
        cause: error,
      },
    );
  }
  if (MISUSE.has(code)) {
    throw error;
  }
  if (REFUSED.has(code)) {
    return 'connect-refused';
  }
  if (TIMED_OUT.has(code)) {
    return 'timeout';
  }
  if (DNS.has(code)) {
    return 'dns';
  }
  if (TLS.test(code)) {
    return 'tls';
  }
  // llhttp could not parse the bytes; if they end too early, it is a reset.
  if (error.name === 'HTTPParserError' && !error.message.includes('Invalid EOF state')) {
    return 'wrong-body';
  }
  return progress === 'nothing' ? 'reset-before-answer' : 'reset-within-answer';
}

/** A response's headers by their lower-case names. */
export type ResponseHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface Answer {
  readonly status: number;
  readonly headers: ResponseHeaders;
  /** A server behind the load balancer gave it. */
  readonly fromServer: boolean;
  readonly body: string;
}

export interface Expectation {
  /** The expected statuses. */
  readonly expect: readonly number[];
  /** The fault of the body, in a few words; undefined if it has none. */
  readonly check?: (body: string) => string | undefined;
  /** The fault of the headers of an answer whose body is right, in a few words. */
  readonly checkHeaders?: (headers: ResponseHeaders, body: string) => string | undefined;
}

/** The class of a request with a complete answer. */
export function outcomeOfAnswer(
  answer: Answer,
  { expect, check, checkHeaders }: Expectation,
): { readonly outcome: RequestOutcome; readonly detail?: string } {
  if (expect.includes(answer.status)) {
    const wrong = check?.(answer.body);
    if (wrong !== undefined) return { outcome: 'wrong-body', detail: wrong };
    const odd = checkHeaders?.(answer.headers, answer.body);
    return odd === undefined ? { outcome: 'served' } : { outcome: 'wrong-headers', detail: odd };
  }
  const detail = excerpt(errorIn(answer.body) ?? answer.body);
  if (answer.status >= 500) {
    return { outcome: answer.fromServer ? '5xx-service' : '5xx-balancer', detail };
  }
  return { outcome: 'unexpected-status', detail };
}

/**
 * The error of an OpenStack API: of Heat, Keystone and Glance (`error`), of Designate (`type` and
 * `message` by themselves), of Ironic (`error_message`).
 */
const errorBody = z.union([
  z
    .object({
      error: z.object({
        type: z.string().optional(),
        title: z.string().optional(),
        message: z.string(),
      }),
    })
    .transform(({ error: { type, title, message } }) => [type ?? title, message]),
  z
    .object({ error_message: z.object({ faultstring: z.string() }) })
    .transform(({ error_message }) => [undefined, error_message.faultstring]),
  z
    .object({ type: z.string(), message: z.string() })
    .transform(({ type, message }) => [type, message]),
]);

/** `StackValidationFailed: Duplicate names {'a'}`; `undefined` for any other body. */
export function errorIn(body: string): string | undefined {
  if (!body.startsWith('{')) return undefined;
  return errorBody
    .safeParse(jsonIn(body))
    .data?.filter((part) => part !== undefined)
    .join(': ');
}

/** At most 200 characters on one line. */
function excerpt(body: string): string {
  const line = body.replaceAll(/\s+/g, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
