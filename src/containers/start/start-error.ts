import { RollgateError, messageOf } from '../../errors.ts';
import { isStatus } from '../http-status.ts';
import { killedError, wasKilled } from '../killed.ts';
import type { ContainerSpec } from '../port.ts';

/** A container that ended before it was ready. */
export class ExitedEarly extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`exited with ${exitCode} before it was ready`);
    this.exitCode = exitCode;
  }
}

type StartingContainer = Pick<ContainerSpec, 'name' | 'image' | 'readySeconds'>;

const HINT =
  'If its log shows no error, run `rollgate doctor`: it tries whether published ports answer and names resolve.';

/** Why a container did not become ready, with the remedy. */
export function startError(spec: StartingContainer, error: unknown, log: string): RollgateError {
  const { name, image } = spec;
  const message = messageOf(error);
  // "No such image" is one too, if the image disappears between the check and the creation.
  if (isStatus(error, 409)) {
    return new RollgateError('name-taken', `a container named ${name} is already there`, {
      hint: `Take another --name, or remove the container of that name with: docker rm -f ${name}`,
      cause: error,
    });
  }
  if (/port is already allocated|address already in use/.test(message)) {
    return new RollgateError('port-taken', `${name}: ${message}`, {
      hint: 'End the program that listens there, or try again: rollgate has the engine choose a free port',
      cause: error,
    });
  }
  if (/no such image/i.test(message)) return imageMissing(spec, error);
  if (error instanceof ExitedEarly && wasKilled(error.exitCode)) {
    return killedError(name, error.exitCode, log);
  }
  const why =
    error instanceof ExitedEarly
      ? message
      : `was not ready within ${spec.readySeconds} s: ${message}`;
  return new RollgateError('not-ready', `${name} (${image}) ${why}`, {
    cause: error,
    ...(log === '' ? {} : { detail: log }),
    ...(error instanceof ExitedEarly ? {} : { hint: HINT }),
  });
}

export function imageMissing({ name, image }: StartingContainer, cause?: unknown): RollgateError {
  return new RollgateError('image-missing', `${name}: image ${image} is missing`, {
    hint: image.startsWith('rollgate/')
      ? 'Build the images with: rollgate images build'
      : `Build it, or fetch it with: docker pull ${image}`,
    cause,
  });
}
