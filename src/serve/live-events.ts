import { setTimeout as delay } from 'node:timers/promises';
import { RollgateError } from '../errors.ts';
import { parseEvents } from '../events/codec.ts';
import type { RunEvent } from '../events/event.ts';
import { MIB, openFile } from '../files/read.ts';

/** A run writes its events in batches a few times a second. */
const LOOK_MS = 250;

/** Characters of a line. The longest event of a run contains the whole plan. */
const LONGEST = 16 * MIB;

/**
 * The events of a run as they come, in batches; ends with the run's last event.
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
      const more = decoder.decode(buffer.subarray(0, bytesRead), { stream: true });
      const end = more.lastIndexOf('\n') + 1;
      if (end === 0) {
        rest += more;
        if (rest.length > LONGEST) throw tooLong(file);
        continue;
      }
      const events = parseEvents(rest + more.slice(0, end), file);
      rest = more.slice(end);
      if (events.length > 0) yield events;
      if (events.at(-1)?.type === 'run-finished') return;
    }
  } finally {
    await handle.close();
  }
}

function tooLong(file: string): RollgateError {
  return new RollgateError('invalid-events', 'a line is longer than any event', {
    kind: 'usage',
    place: { file },
  });
}
