import type Docker from 'dockerode';
import { isError, messageOf, RollgateError } from '../../errors.ts';

/** How dockerode sends each of its requests (docker-modem, `Modem.dial`). */
interface Modem {
  dial(options: object, answered: Answered): void;
}
type Answered = (error: unknown, ...answer: readonly unknown[]) => void;

/**
 * Makes a request that the engine does not answer fail with `engine-unreachable`: the engine was
 * stopped or restarted. An answer with an error status and an abort are unchanged.
 *
 * @param address Where the engine is, for the message.
 */
export function withLossNamed(docker: Docker, address: string): Docker {
  const modem: Modem = docker.modem;
  const dial = modem.dial.bind(modem);
  modem.dial = (options, answered) =>
    dial(options, (error, ...answer) =>
      answered(isLoss(error) ? lossOf(error, address) : error, ...answer),
    );
  return docker;
}

/** Whether the connection failed, so that no answer came: Node's error has a code and no status. */
function isLoss(error: unknown): boolean {
  return (
    isError(error) && 'code' in error && !('statusCode' in error) && error.name !== 'AbortError'
  );
}

function lossOf(error: unknown, address: string): RollgateError {
  return new RollgateError(
    'engine-unreachable',
    `the container engine at ${address} no longer answers: ${messageOf(error)}`,
    {
      hint: 'Start it again. The next command removes what is left of the lab.',
      cause: error,
    },
  );
}
