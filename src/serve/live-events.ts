import { setTimeout as delay } from 'node:timers/promises';
import { parseEvents } from '../events/codec.ts';
import type { RunEvent } from '../events/event.ts';
import { openFile } from '../files/read.ts';

/** A run writes its events in batches a few times a second. */
const LOOK_MS = 250;

/**
 * The events of a run as they come, a batch each time some were written; ends with the run's.
 *
 * @param file Read from its beginning. A symbolic link is not followed.
 * @throws RollgateError `unreadable-file`, `invalid-events`.
 */
export async function* liveEvents(
  file: string,
  signal: AbortSignal,
): AsyncGenerator<readonly RunEvent[]> {
  const handle = await openFile(file, { what: 'event file', links: false });
  try {
    const buffer = Buffer.alloc(65_536);
    const decoder = new TextDecoder();
    let rest = '';
    while (!signal.aborted) {
      const { bytesRead } = await handle.read(buffer);
      if (bytesRead === 0) {
        await delay(LOOK_MS);
        continue;
      }
      const text = rest + decoder.decode(buffer.subarray(0, bytesRead), { stream: true });
      const end = text.lastIndexOf('\n') + 1;
      rest = text.slice(end);
      const events = parseEvents(text.slice(0, end), file);
      if (events.length > 0) yield events;
      if (events.at(-1)?.type === 'run-finished') return;
    }
  } finally {
    await handle.close();
  }
}
