import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { encodeEvent } from '../events/codec.ts';
import { RunEventSchema, type EventSink, type RunEvent } from '../events/event.ts';
import type { Redactor } from '../infra/redactor.ts';

export interface EventLogOptions {
  readonly path: string;
  /** For what is written, kept and told alike: a verdict is made of it. */
  readonly redactor: Redactor;
  readonly listeners: readonly EventSink[];
}

/**
 * Events are written together, so long (ms) after the first of them at most: a write for each one
 * costs a third of what its request does, and a killed run may lack its last tenth of a second.
 */
const TOGETHER_MS = 100;

/** The stream of a run: kept in memory, written to `events.ndjson`, handed to who listens. */
export class EventLog {
  readonly #events: RunEvent[] = [];
  readonly #file: ReturnType<typeof createWriteStream>;
  readonly #redactor: Redactor;
  readonly #listeners: readonly EventSink[];
  #waiting: string[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor({ path, redactor, listeners }: EventLogOptions) {
    this.#file = createWriteStream(path);
    this.#redactor = redactor;
    this.#listeners = listeners;
  }

  readonly emit: EventSink = (told) => {
    const line = encodeEvent(told);
    const suspect = this.#redactor.suspects(line);
    const event = suspect ? this.#redact(line) : told;
    this.#events.push(event);
    this.#waiting.push(suspect ? encodeEvent(event) : line);
    this.#timer ??= setTimeout(() => this.#write(), TOGETHER_MS);
    for (const listener of this.#listeners) listener(event);
  };

  get events(): readonly RunEvent[] {
    return this.#events;
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.length > 0) this.#file.write(this.#waiting.join(''));
    this.#waiting = [];
  }

  async close(): Promise<void> {
    this.#write();
    this.#file.end();
    await finished(this.#file);
  }

  #redact(line: string): RunEvent {
    const redacted: unknown = JSON.parse(line, (_key, value: unknown) =>
      typeof value === 'string' ? this.#redactor.redact(value) : value,
    );
    return RunEventSchema.parse(redacted);
  }
}
