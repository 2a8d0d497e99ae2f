import type { RollgateError } from '../../errors.ts';
import { encodeEvent } from '../../events/codec.ts';
import { RunEventSchema, type EventSink, type RunEvent } from '../../events/event.ts';
import type { Redactor } from '../../infra/redactor.ts';
import { BatchedFile } from './batched-file.ts';

export interface EventLogOptions {
  readonly path: string;
  /** For every event that is written, kept and emitted; the verdict is made from them. */
  readonly redactor: Redactor;
  readonly listeners: readonly EventSink[];
  /** Events that are already in the file; new ones are appended. */
  readonly before?: readonly RunEvent[];
  /** Called once with the error that prevents writing. */
  readonly onFailure?: ((failure: RollgateError) => void) | undefined;
}

/** The stream of a run: kept in memory, written to `events.ndjson`, passed to listeners. */
export class EventLog {
  readonly #events: RunEvent[];
  readonly #file: BatchedFile;
  readonly #redactor: Redactor;
  readonly #listeners: readonly EventSink[];

  constructor({ path, redactor, listeners, before = [], onFailure }: EventLogOptions) {
    this.#events = [...before];
    this.#file = new BatchedFile(path, { append: before.length > 0, onFailure });
    this.#redactor = redactor;
    this.#listeners = listeners;
  }

  readonly emit: EventSink = (emitted) => {
    const line = encodeEvent(emitted);
    const suspect = this.#redactor.suspects(line);
    const event = suspect ? this.#redact(line) : emitted;
    this.#events.push(event);
    this.#file.write(suspect ? encodeEvent(event) : line);
    for (const listener of this.#listeners) listener(event);
  };

  get events(): readonly RunEvent[] {
    return this.#events;
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  #redact(line: string): RunEvent {
    const redacted: unknown = JSON.parse(line, (_key, value: unknown) =>
      typeof value === 'string' ? this.#redactor.redact(value) : value,
    );
    return RunEventSchema.parse(redacted);
  }
}
