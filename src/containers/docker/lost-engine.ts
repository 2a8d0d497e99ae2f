import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { isError, messageOf, RollgateError } from '../../errors.ts';
import { plain } from '../../text/plain.ts';
import { shortened } from '../../text/shortened.ts';
import { wrongAnswer } from './engine-answers.ts';

/** How dockerode sends each of its requests (docker-modem, `Modem`). */
interface Modem {
  dial(options: DialOptions, answered: Answered): void;
}
interface DialOptions {
  readonly method: string;
  readonly path: string;
  readonly isStream?: boolean;
  readonly hijack?: boolean;
  readonly openStdin?: boolean;
}
/** The part of `Modem` that begins a request; dockerode's types hide it. */
interface Builder {
  readonly protocol?: unknown;
  buildRequest(
    options: RequestOptions,
    context: DialOptions,
    data: unknown,
    answered: Answered,
  ): void;
}
/** Node's options of a request. */
interface RequestOptions {
  /** Undefined for an engine at a port. */
  readonly socketPath?: string;
  readonly hostname?: string | null;
  readonly port?: string | null;
  /** With the query. */
  readonly path?: string;
  readonly createConnection?: () => Socket;
  readonly maxRedirects?: number;
}
type Answered = (error: unknown, ...answer: readonly unknown[]) => void;

/** The engine answered with an error status. */
class EngineRefusal extends RollgateError {
  readonly statusCode: unknown;

  constructor(request: string, statusCode: unknown, cause: Error) {
    // docker-modem: `(HTTP code 500) server error - REASON`.
    const reason = plain(cause.message.replace(/^\(HTTP code \d+\) /, '')).slice(0, LONGEST_REASON);
    super(
      'engine-refused',
      `the container engine answered ${shortened(request)} with ${String(statusCode)}: ${reason}`,
      {
        hint: 'The log of the container engine may say more.',
        cause,
      },
    );
    this.statusCode = statusCode;
  }
}

const LONGEST_REASON = 500;

/**
 * Makes a request that the engine does not answer fail with `engine-unreachable`: the engine was
 * stopped or restarted, or its answer is cut off. An answer that is not the engine's fails with
 * `unexpected-answer`, one with an error status with `engine-refused`. An abort is unchanged.
 *
 * @param address Where the engine is, for the message.
 */
export function withLossNamed(
  docker: Docker,
  address: string,
  patience: Patience = PATIENCE,
): Docker {
  const modem: Modem = docker.modem;
  const dial = modem.dial.bind(modem);
  modem.dial = (options, answered) => {
    const request = requestOf(options);
    dial(options, (error, ...answer) => {
      if (error != null) return answered(named(error, request, address));
      const wrong = options.isStream === true ? undefined : wrongAnswer(request, answer[0]);
      if (wrong === undefined) return answered(error, ...answer);
      return answered(notAnEngine(request, wrong, address));
    });
  };
  endCutAnswers(modem, address, patience);
  return docker;
}

const limited = new WeakSet<object>();

/**
 * The same limits for a client of a library, whose errors stay as they are.
 *
 * @param address Where the engine is, for the message.
 */
export function withSilenceEnded(
  docker: Docker,
  address: string,
  patience: Patience = PATIENCE,
): void {
  if (limited.has(docker)) return;
  limited.add(docker);
  endCutAnswers(docker.modem, address, patience);
}

/** `GET /containers/json` */
function requestOf({ method, path }: DialOptions): string {
  return `${method} ${path.split('?')[0] ?? ''}`;
}

/** How long an engine may send nothing, in milliseconds. */
export interface Patience {
  /** A busy engine needs its time to list or to start. */
  readonly silentMs: number;
  /**
   * Once it was silent for so long, and until it answers: a clean-up makes a request for each
   * container.
   */
  readonly againMs: number;
  /** For requests that last as long as an image is large. */
  readonly workMs: number;
}

const PATIENCE: Patience = { silentMs: 300_000, againMs: 10_000, workMs: 1_800_000 };

/** It lasts as long as a container runs, for which the caller has a limit. */
const WAIT = /\/wait$/;
const WORK = /\/(commit|build|load|prune)$/;
const STOP = /\/stop$/;
/** Answers that come as something happens: once begun, they may say nothing for hours. */
const MAY_BE_SILENT = /\/(logs|events|stats|attach|start)$/;

/**
 * @param path With the query of a stop: the engine gives the container that many seconds.
 * @returns Milliseconds; 0 for no limit.
 */
function limitOf(request: string, path: string, normalMs: number, workMs: number): number {
  if (WAIT.test(request)) return 0;
  if (WORK.test(request)) return workMs;
  const grace = STOP.test(request) ? Number(/[?&]t=(\d+)/.exec(path)?.[1] ?? 0) : 0;
  return normalMs + grace * 1000;
}

/**
 * docker-modem waits forever for the rest of an answer whose connection broke, and for an engine
 * that says nothing. Each request gets its own connection, whose end is also the end of the
 * request.
 */
function endCutAnswers(
  modem: object,
  address: string,
  { silentMs, againMs, workMs }: Patience,
): void {
  if (!isBuilder(modem)) throw new Error('docker-modem builds its requests in another way: a bug');
  const build = modem.buildRequest.bind(modem);
  let wasSilent = false;
  modem.buildRequest = (options, context, data, answered) => {
    const place = placeOf(options);
    if (place === undefined || modem.protocol === 'https') {
      return build(options, context, data, answered);
    }
    let isOver = false;
    let connection: Socket | undefined;
    let whole: NodeJS.Timeout | undefined;
    let begun: Readable | undefined;
    const once: Answered = (error, ...answer) => {
      if (isOver) return;
      isOver = true;
      if (error == null) wasSilent = false;
      const mayBeSilent = MAY_BE_SILENT.test(requestOf(context));
      if (answer[0] instanceof Readable) begun = answer[0];
      if (mayBeSilent) connection?.setTimeout(0);
      if (mayBeSilent || begun === undefined) clearTimeout(whole);
      answered(error, ...answer);
    };
    const normalMs = wasSilent ? againMs : silentMs;
    const limitMs = limitOf(requestOf(context), options.path ?? '', normalMs, workMs);
    const createConnection = () => {
      const socket = connect(place);
      connection = socket;
      const silence = (): void => {
        wasSilent = true;
        // An answer that is read as it comes has its reader already.
        begun?.destroy(lossOf(silent(limitMs), address));
        socket.destroy(silent(limitMs));
      };
      socket.setTimeout(limitMs, silence);
      // An answer that comes byte by byte has an end too. A file may be as large as a dump.
      const isSmall = context.isStream !== true && (data === undefined || typeof data === 'string');
      if (limitMs > 0) whole = setTimeout(silence, 2 * (isSmall ? limitMs : workMs));
      socket.once('close', () => {
        clearTimeout(whole);
        // After the events of a complete answer.
        setImmediate(() => once(cutOff()));
      });
      return socket;
    };
    // A redirection would lead away from the socket.
    build({ ...options, createConnection, maxRedirects: 0 }, context, data, once);
  };
}

function placeOf({ socketPath, hostname, port }: RequestOptions): NetConnectOpts | undefined {
  if (socketPath !== undefined) return { path: socketPath };
  return hostname == null || port == null ? undefined : { host: hostname, port: Number(port) };
}

function isBuilder(modem: object): modem is Builder {
  return 'buildRequest' in modem && typeof modem.buildRequest === 'function';
}

function cutOff(): Error {
  return Object.assign(new Error('its answer is cut off'), { code: 'ECONNRESET' });
}

function silent(limitMs: number): Error {
  return Object.assign(new Error(`it did not answer within ${limitMs / 1000} s`), {
    code: 'ETIMEDOUT',
  });
}

function named(error: unknown, request: string, address: string): unknown {
  const isNamed = !isError(error) || error.name === 'AbortError' || error instanceof RollgateError;
  if (isNamed) return error;
  if ('statusCode' in error) return new EngineRefusal(request, error.statusCode, error);
  return lossOf(error, address);
}

function lossOf(error: Error, address: string): RollgateError {
  return new RollgateError(
    'engine-unreachable',
    `the container engine at ${address} no longer answers: ${messageOf(error)}`,
    {
      hint: 'Start it again. The next command removes what is left of the lab.',
      cause: error,
    },
  );
}

function notAnEngine(request: string, wrong: string, address: string): RollgateError {
  return new RollgateError(
    'unexpected-answer',
    `what answers at ${address} is not a container engine: ${shortened(request)}: ${wrong}`,
    {
      hint: 'Is a proxy or another program there? DOCKER_HOST names the address of the engine.',
      cause: new Error(`what answers is not a container engine (${shortened(request)}: ${wrong})`),
    },
  );
}
