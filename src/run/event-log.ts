import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { encodeEvent } from '../events/codec.ts';
import type { EventSink, RunEvent } from '../events/event.ts';

/** The stream of a run: kept in memory, written to `events.ndjson`, handed to who listens. */
export class EventLog {
  readonly #events: RunEvent[] = [];
  readonly #file: ReturnType<typeof createWriteStream>;
  readonly #listeners: readonly EventSink[];

  constructor(path: string, listeners: readonly EventSink[]) {
    this.#file = createWriteStream(path);
    this.#listeners = listeners;
  }

  readonly emit: EventSink = (event) => {
    this.#events.push(event);
    this.#file.write(encodeEvent(event));
    for (const listener of this.#listeners) listener(event);
  };

  get events(): readonly RunEvent[] {
    return this.#events;
  }

  async close(): Promise<void> {
    this.#file.end();
    await finished(this.#file);
  }
}
