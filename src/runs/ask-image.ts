import type { ContainerEngine, ContainerFile, FinishedContainer } from '../containers/port.ts';
import type { RollgateError } from '../errors.ts';
import { keptText } from '../files/kept.ts';
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

/**
 * The same for a program whose output depends on nothing but the image and its own files. The output
 * of a success is kept: the same program reads the same image once.
 *
 * @param refused The error for a program that failed, from its output.
 * @param isLasting Whether the output would be the same again. Default: yes.
 * @returns The output.
 * @throws RollgateError `timed-out`, `image-missing`; that of `refused`; the signal's reason.
 */
export async function askImageOnce(
  options: AskOptions,
  question: ImageQuestion,
  refused: (output: string) => RollgateError,
  isLasting: (output: string) => boolean = () => true,
): Promise<string> {
  const find = async () => {
    const { exitCode, output } = await askImage(options, question);
    if (exitCode !== 0) throw refused(output);
    return { text: output, isLasting: isLasting(output) };
  };
  const { image, hostname, command, files = [] } = question;
  const id = await options.engine.imageId(image);
  if (id === undefined) return (await find()).text;
  const program = [hostname, ...command, ...files.flatMap(({ path, content }) => [path, content])];
  return keptText(['image', id, ...program], find);
}
