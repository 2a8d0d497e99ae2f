import type { ContainerEngine } from '../containers/port.ts';
import { LAB, networkName } from './labels.ts';

/** The output of a container, by its name within the lab, e.g. `node1-heat-engine`. */
export type LastLogs = ReadonlyMap<string, string>;

/** The output of a lab's containers up to now; empty for a container that has just been removed. */
export async function lastLogs(engine: ContainerEngine, lab: string): Promise<LastLogs> {
  const { containers } = await engine.find({ [LAB]: lab });
  const logs = await Promise.all(
    containers.map(async ({ name }) => {
      let text = '';
      try {
        for await (const line of engine.logs(name, { follow: false })) {
          text += `${line.time} ${line.text}\n`;
        }
      } catch {
        // Removed, or being removed.
      }
      return [name.replace(`${networkName(lab)}-`, ''), text] as const;
    }),
  );
  return new Map(logs.filter(([, text]) => text !== ''));
}

/** The last lines that a container has printed. */
export async function lastLines(
  engine: ContainerEngine,
  container: string,
  count: number,
): Promise<string> {
  const lines: string[] = [];
  for await (const { text } of engine.logs(container, { follow: false, tail: count })) {
    lines.push(text);
  }
  return lines.join('\n');
}
