import type { ContainerEngine, ContainerFile, FinishedContainer } from '../containers/port.ts';
import { labLabels } from '../lab/labels.ts';
import { thisProcess } from '../lab/owner.ts';

export interface AskOptions {
  readonly engine: ContainerEngine;
  /** Unique on this container engine; the container is removed when its process ends. */
  readonly name: string;
  readonly signal?: AbortSignal | undefined;
}

/** A program that reads the content of an image. */
export interface ImageQuestion {
  readonly image: string;
  /** Part of the container's name. */
  readonly about: string;
  readonly hostname: string;
  readonly command: readonly string[];
  /** Default: none. */
  readonly files?: readonly ContainerFile[];
  readonly limitSeconds: number;
}

/**
 * Runs a program in a container of an image, without a network, to its end.
 *
 * @throws RollgateError `timed-out`, `image-missing`; the signal's reason.
 */
export function askImage(
  { engine, name, signal }: AskOptions,
  { image, about, hostname, command, files = [], limitSeconds }: ImageQuestion,
): Promise<FinishedContainer> {
  return engine.run(
    {
      name: `rollgate-${name}-${about}`,
      image,
      hostname,
      network: 'none',
      aliases: [],
      labels: labLabels(name, thisProcess()),
      command,
      files,
      readySeconds: limitSeconds,
    },
    signal,
  );
}
