import { connect, type Socket } from 'node:net';
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
export function withLossNamed(docker: Docker, address: string): Docker {
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
  endCutAnswers(modem);
  return docker;
}

/** `GET /containers/json` */
function requestOf({ method, path }: DialOptions): string {
  return `${method} ${path.split('?')[0] ?? ''}`;
}

/** How long an engine may send nothing. A busy one needs its time to list or to start. */
const SILENT_MS = 300_000;
/** Requests that last as long as a container does, or as long as an image is large. */
const LASTING = /\/(wait|stop|attach|commit|build|load|prune)$/;

/**
 * docker-modem waits forever for the rest of an answer whose connection broke. Each request gets
 * its own connection, whose end is also the end of the request.
 */
function endCutAnswers(modem: object): void {
  if (!isBuilder(modem)) throw new Error('docker-modem builds its requests in another way: a bug');
  const build = modem.buildRequest.bind(modem);
  modem.buildRequest = (options, context, data, answered) => {
    const { socketPath: path } = options;
    if (path === undefined) return build(options, context, data, answered);
    let isOver = false;
    const once: Answered = (...answer) => {
      if (isOver) return;
      isOver = true;
      answered(...answer);
    };
    const lasts = context.isStream === true || LASTING.test(requestOf(context));
    const createConnection = () => {
      const socket = connect(path);
      if (!lasts) socket.setTimeout(SILENT_MS, () => socket.destroy(silent()));
      // After the events of a complete answer.
      socket.once('close', () => setImmediate(() => once(cutOff())));
      return socket;
    };
    // A redirection would lead away from the socket.
    build({ ...options, createConnection, maxRedirects: 0 }, context, data, once);
  };
}

function isBuilder(modem: object): modem is Builder {
  return 'buildRequest' in modem && typeof modem.buildRequest === 'function';
}

function cutOff(): Error {
  return Object.assign(new Error('its answer is cut off'), { code: 'ECONNRESET' });
}

function silent(): Error {
  return Object.assign(new Error(`it sent nothing for ${SILENT_MS / 1000} s`), {
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
