import { randomUUID } from 'node:crypto';
import type { Dispatcher } from 'undici';
import { RollgateError } from '../../errors.ts';
import type { RequestOutcome } from '../../events/families/request.ts';
import type { RequestId } from '../../events/fields.ts';
import type { Clock } from '../clock.ts';
import {
  errorInWords,
  outcomeOfAnswer,
  outcomeOfError,
  type AnswerProgress,
  type ResponseHeaders,
} from './outcome.ts';
import { newRequestId, type Connection, type HttpResult, type RequestSpec } from './request.ts';

export interface ExchangeOptions {
  readonly connection: Connection;
  /** For one request from connecting to the body's last byte. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /**
   * The header by which the load balancer names the server that answered, e.g. `x-rollgate-server`:
   * an answer without it is the load balancer's own. Left out if there is no load balancer: then
   * each answer comes from the service.
   */
  readonly serverHeader?: string;
  /**
   * A header that each answer of the service has, and no answer of a proxy itself. Default:
   * `serverHeader`.
   */
  readonly answerHeader?: string;
  /** An answer with a longer body is cut off, as `wrong-body`. Default: 32 MiB. */
  readonly longestBytes?: number;
  /** A UUID version 4. */
  readonly randomId?: () => string;
}

/** One request over a dispatcher, with its own deadline. */
export function exchange(
  dispatcher: Dispatcher,
  spec: RequestSpec,
  options: ExchangeOptions,
): Promise<HttpResult> {
  const id = spec.id ?? newRequestId(options.randomId ?? randomUUID);
  const one = new Exchange(id, spec, options);
  dispatcher.dispatch(
    {
      method: spec.method,
      path: spec.path,
      headers: { ...spec.headers, 'X-OpenStack-Request-ID': id },
      body: spec.body ?? null,
    },
    one,
  );
  return one.result;
}

const MIB = 2 ** 20;
/** No answer of an API is longer; one without an end would fill the memory. */
const LONGEST_BYTES = 32 * MIB;

/** How a request ended. */
interface End {
  readonly outcome: RequestOutcome;
  readonly detail?: string;
}

/** A sent request, and the part of its answer that has arrived. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #id: RequestId;
  readonly #spec: RequestSpec;
  readonly #options: ExchangeOptions;
  readonly #sentAt: number;
  readonly #deadline: NodeJS.Timeout;
  readonly #settled = Promise.withResolvers<HttpResult>();
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #over = false;
  #controller: Dispatcher.DispatchController | undefined;
  #status: number | undefined;
  #headers: ResponseHeaders = {};
  #firstByteAt: number | undefined;

  /** The deadline counts from now. */
  constructor(id: RequestId, spec: RequestSpec, options: ExchangeOptions) {
    this.#id = id;
    this.#spec = spec;
    this.#options = options;
    this.#sentAt = options.clock.now();
    this.#deadline = setTimeout(() => this.#onDeadline(), options.timeoutMs);
  }

  get result(): Promise<HttpResult> {
    return this.#settled.promise;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // Its time was up while it still waited for a connection, so it must not be sent now.
    if (this.#over) controller.abort(new Error('deadline'));
  }

  onResponseStarted(): void {
    this.#firstByteAt ??= this.#options.clock.now();
  }

  onResponseStart(_: unknown, status: number, headers: ResponseHeaders): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    const { longestBytes = LONGEST_BYTES } = this.#options;
    if (this.#bytes <= longestBytes) return;
    const detail = `the body is longer than ${longestBytes / MIB} MiB`;
    this.#chunks.length = 0;
    this.#settle(() => ({ outcome: 'wrong-body', detail }));
    controller.abort(new Error('too long'));
  }

  onResponseEnd(): void {
    const { serverHeader, answerHeader = serverHeader } = this.#options;
    const headers = this.#headers;
    const answer = {
      status: this.#status ?? 0,
      headers,
      fromServer: answerHeader === undefined || answerHeader.toLowerCase() in headers,
      body: this.#body,
    };
    this.#settle(() => outcomeOfAnswer(answer, this.#spec));
  }

  onResponseError(_: unknown, error: Error): void {
    const progress: AnswerProgress = this.#firstByteAt === undefined ? 'nothing' : 'answering';
    this.#settle(() => {
      if (error instanceof RollgateError) throw error;
      return { outcome: outcomeOfError(error, progress), detail: errorInWords(error) };
    });
  }

  #onDeadline(): void {
    const headers = this.#status === undefined ? '' : `, only the headers of a ${this.#status}`;
    const detail = `no complete answer within ${this.#options.timeoutMs} ms${headers}`;
    this.#settle(() => ({ outcome: 'timeout', detail }));
    this.#controller?.abort(new Error('deadline'));
  }

  get #body(): string {
    return Buffer.concat(this.#chunks).toString();
  }

  /** @param judge Its error becomes the exchange's error. */
  #settle(judge: () => End): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#deadline);
    const { connection, clock, serverHeader } = this.#options;
    const server =
      serverHeader === undefined ? undefined : this.#headers[serverHeader.toLowerCase()];
    try {
      this.#settled.resolve({
        id: this.#id,
        operation: this.#spec.operation,
        connection,
        ...(this.#status === undefined ? {} : { status: this.#status }),
        ...(typeof server === 'string' ? { server } : {}),
        headers: this.#headers,
        body: this.#body,
        sentAt: this.#sentAt,
        ...(this.#firstByteAt === undefined ? {} : { firstByteAt: this.#firstByteAt }),
        doneAt: clock.now(),
        ...judge(),
      });
    } catch (error) {
      this.#settled.reject(error);
    }
  }
}
