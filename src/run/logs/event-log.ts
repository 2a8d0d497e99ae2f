import type { RollgateError } from '../../errors.ts';
import { encodeEvent, eventsIn } from '../../events/codec.ts';
import { RunEventSchema, type EventSink, type RunEvent } from '../../events/event.ts';
import type { Redactor } from '../../infra/redactor.ts';
import { BatchedFile } from './batched-file.ts';

export interface EventLogOptions {
  readonly path: string;
  /** For every event that is written and emitted; the verdict is made from them. */
  readonly redactor: Redactor;
  readonly listeners: readonly EventSink[];
  /** Whether the file already has events of this run, to which new ones are appended. */
  readonly append?: boolean;
  /** Called once with the error that prevents writing. */
  readonly onFailure?: ((failure: RollgateError) => void) | undefined;
}

/**
 * The stream of a run: written to `events.ndjson` and passed to listeners. An event that is written
 * is not kept in memory, so that a run of hours needs no more of it than a run of minutes.
 */
export class EventLog {
  readonly #path: string;
  readonly #file: BatchedFile;
  readonly #redactor: Redactor;
  readonly #listeners: readonly EventSink[];

  constructor({ path, redactor, listeners, append = false, onFailure }: EventLogOptions) {
    this.#path = path;
    this.#file = new BatchedFile(path, { append, readable: true, onFailure });
    this.#redactor = redactor;
    this.#listeners = listeners;
  }

  readonly emit: EventSink = (emitted) => {
    const line = encodeEvent(emitted);
    const suspect = this.#redactor.suspects(line);
    const event = suspect ? this.#redact(line) : emitted;
    this.#file.write(suspect ? encodeEvent(event) : line);
    for (const listener of this.#listeners) listener(event);
  };

  /**
   * All events so far, also those that could not be written.
   *
   * @throws RollgateError `invalid-events` if someone else changed the file.
   */
  read(): Promise<readonly RunEvent[]> {
    return eventsIn(this.#file.contents(), this.#path);
  }

  /**
   * Writes all events. They can be read until `release`.
   *
   * @throws RollgateError `unwritable-file`.
   */
  close(): Promise<void> {
    return this.#file.close();
  }

  release(): void {
    this.#file.release();
  }

  #redact(line: string): RunEvent {
    const redacted: unknown = JSON.parse(line, (_key, value: unknown) =>
      typeof value === 'string' ? this.#redactor.redact(value) : value,
    );
    return RunEventSchema.parse(redacted);
  }
}
