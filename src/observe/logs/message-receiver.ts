import type { LogLine } from '../../containers/port.ts';
import type { MessageLine } from './message-lines.ts';

export interface ReceivedMessage {
  readonly message: string;
  readonly line: LogLine;
}

/** A message is refused within milliseconds after it was taken up. */
const REFUSED_WITHIN = 8;

/** A receiver's own log lines about the messages that it took off its queues. */
type OwnLine = Extract<MessageLine, { kind: 'received' | 'taken' | 'answered' }>;

/** Messages that one service took off its queues but has not taken up yet. */
export class Receiver {
  /** The last casts that were taken up, the newest first. */
  #taken: readonly string[] = [];
  readonly #casts = new Map<string, LogLine>();
  readonly #unanswered = new Map<string, LogLine>();
  #callsNotTaken = 0;

  hear(entry: OwnLine | undefined, line: LogLine): void {
    switch (entry?.kind) {
      case 'received':
        (entry.call ? this.#unanswered : this.#casts).set(entry.id, line);
        this.#callsNotTaken += entry.call ? 1 : 0;
        return;
      case 'taken':
        // A call is received under the id of its reply and taken up under its own id.
        if (this.#casts.delete(entry.id)) {
          this.#taken = [entry.id, ...this.#taken.slice(0, REFUSED_WITHIN - 1)];
        } else {
          this.#callsNotTaken -= 1;
        }
        return;
      case 'answered':
        this.#unanswered.delete(entry.id);
        return;
      case undefined:
        return;
      default:
        entry satisfies never;
    }
  }

  /**
   * The refused cast: the newest one that was taken up and came from another release.
   *
   * @param foreign Whether it came from another release; undefined if unknown.
   */
  refused(foreign: (message: string) => boolean | undefined): string | undefined {
    const message = this.#taken.find((taken) => foreign(taken) !== false);
    if (message === undefined || foreign(message) === undefined) return undefined;
    this.#taken = this.#taken.filter((taken) => taken !== message);
    return message;
  }

  /** Calls that were taken up and not answered, by the same rule as `dropped`. */
  unanswered(): readonly ReceivedMessage[] {
    const all = [...this.#unanswered].map(([message, line]) => ({ message, line }));
    return all.slice(0, all.length - Math.max(0, this.#callsNotTaken));
  }

  /**
   * The log shows only how many calls are taken up, not which. They are taken up in the order of
   * receipt, so the last ones without an answer were not taken up.
   */
  dropped(): readonly ReceivedMessage[] {
    const list = (lines: ReadonlyMap<string, LogLine>): readonly ReceivedMessage[] =>
      [...lines].map(([message, line]) => ({ message, line }));
    const calls = this.#callsNotTaken > 0 ? list(this.#unanswered).slice(-this.#callsNotTaken) : [];
    return [...list(this.#casts), ...calls];
  }
}
