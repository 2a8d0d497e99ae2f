import type Docker from 'dockerode';
import { z } from 'zod';
import { labelFilter } from '../label-filter.ts';
import type { ContainerChange, ContainerEvent, LabelQuery } from '../port.ts';

/** The engine's names for the events that are reported; each exec makes three more events. */
const WANTED = ['start', 'pause', 'unpause', 'kill', 'oom', 'die'];

/** Docker Engine API, "Monitor events": one JSON document per line. */
const eventSchema = z.object({
  Action: z.string(),
  Actor: z.object({ Attributes: z.record(z.string(), z.string()) }),
  timeNano: z.number(),
});

/** Follows the events of containers, until the abort or until the engine closes the stream. */
export async function* containerEvents(
  docker: Docker,
  labels: LabelQuery,
  signal: AbortSignal,
): AsyncIterable<ContainerEvent> {
  const stream = await docker.getEvents({
    filters: { type: ['container'], event: WANTED, ...labelFilter(labels) },
    abortSignal: signal,
  });
  const stop = (): void => {
    if ('destroy' in stream && typeof stream.destroy === 'function') stream.destroy();
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    stream.setEncoding('utf8');
    let rest = '';
    for await (const chunk of stream) {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const event = parseContainerEvent(line);
        if (event !== undefined) yield event;
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

/** One line of the engine's stream; `undefined` for an unwanted one. */
export function parseContainerEvent(line: string): ContainerEvent | undefined {
  if (line.trim() === '') return undefined;
  const { Action, Actor, timeNano } = eventSchema.parse(JSON.parse(line));
  const { name = '', exitCode, signal, ...labels } = Actor.Attributes;
  const change = changeOf(Action, exitCode, signal);
  return change === undefined ? undefined : { name, labels, time: timeNano / 1e6, change };
}

function changeOf(
  action: string,
  exitCode: string | undefined,
  signal: string | undefined,
): ContainerChange | undefined {
  switch (action) {
    case 'start':
      return { kind: 'started' };
    case 'pause':
      return { kind: 'paused' };
    case 'unpause':
      return { kind: 'resumed' };
    case 'oom':
      return { kind: 'out-of-memory' };
    case 'kill':
      return { kind: 'killed', signal: Number(signal) };
    case 'die':
      return { kind: 'exited', exitCode: Number(exitCode) };
    default:
      return undefined;
  }
}
