import { stripVTControlCharacters } from 'node:util';
import type { LogLine } from '../../containers/port.ts';
import { readHead, type Head } from './log-scan-head.ts';

/** One entry of a log: a line, and the traceback or the further lines after it. */
export interface LogEntry {
  /** When the engine received its first line: ISO 8601. */
  readonly time: string;
  /** The whole first line. */
  readonly head: string;
  /** The first line's own text, without time, process, level, logger and context. */
  readonly message: string;
  /** In oslo.log's words. Absent for lines without a level, such as uWSGI's. */
  readonly level?: string;
  /** `python` for a traceback that oslo.log did not write. */
  readonly logger?: string;
  /** Further lines, without the prefix that oslo.log repeats. */
  readonly rest: readonly string[];
}

/** Further lines kept of an entry: enough for a traceback with its causes. */
const LONGEST_REST = 300;
const TRACEBACK = 'Traceback (most recent call last):';
/** oslo_log/_options.py, logging_context_format_string and logging_exception_prefix. */
const OSLO =
  /^(?<stamp>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}) (?<pid>\d+) (?<level>[A-Z]+) (?<logger>\S+)(?: (?<text>.*))?$/;
/** `[-]`, or a context that begins with its request's id, or with a global one before it. */
const CONTEXT = /^\[(?:-|(?:\S+ )?req-[^\]]*)\] ?(?<message>.*)$/;
const ANY_CONTEXT = /^\[[^\]]*\] (?<message>.*)$/;
const CHAINED = /^(?:During handling of the above exception|The above exception was the direct)/;

/** uWSGI's line for a request: in the lab's format, and in its own (`core/logging.c`). */
const ACCESS = /^(?:\S+ "[A-Z]+ [^"]*" \d{3} \d+ ms |\[pid: \d+\|app: )/;

interface Open {
  readonly entry: LogEntry & { readonly rest: string[] };
  /** The prefix that oslo.log repeats before each line of a traceback: time, process, logger. */
  readonly key: string;
  /** For a separate traceback: how far it has been read. */
  traceback: TracebackPart | undefined;
}

type TracebackPart = 'frames' | 'exception' | 'between';

/**
 * Combines lines into entries. An entry is complete when a line comes that does not belong to it.
 */
export class LogEntries {
  #open: Open | undefined;
  /** The last entry's key, also when it was completed before its last line came. */
  #lastKey = '';

  readonly #known: (text: string) => boolean;

  /** @param known Whether a line that oslo.log did not write is certainly a separate entry. */
  constructor(known: (text: string) => boolean) {
    this.#known = known;
  }

  /** Takes a line; returns the entry that it completes. */
  add({ time, text: written }: LogLine): LogEntry | undefined {
    const text = stripVTControlCharacters(written);
    const oslo = OSLO.exec(text)?.groups;
    if (oslo === undefined) {
      return this.#addForeign(time, text);
    }
    const { stamp = '', pid = '', level = '', logger = '', text: own = '' } = oslo;
    const key = `${stamp} ${pid} ${logger}`;
    const strict = CONTEXT.exec(own);
    if (strict === null && level === 'ERROR' && key === this.#lastKey) {
      this.#continue(own);
      return undefined;
    }
    // A line of a traceback without its first line has no meaning: another process wrote in
    // between, or reading began in the middle.
    const message = (strict ?? ANY_CONTEXT.exec(own))?.groups?.['message'];
    if (message === undefined) {
      return undefined;
    }
    return this.#begin({ time, head: text, message, level, logger, rest: [] }, key);
  }

  /** Completes the open entry. */
  flush(): LogEntry | undefined {
    const entry = this.#open?.entry;
    this.#open = undefined;
    return entry;
  }

  #addForeign(time: string, text: string): LogEntry | undefined {
    // Another thread's request: it neither belongs to the open entry nor ends it.
    if (ACCESS.test(text)) {
      return this.#known(text) ? { time, head: text, message: text, rest: [] } : undefined;
    }
    const head = readHead(text);
    if (head !== undefined) return this.#addLevelled(time, text, head);
    const open = this.#open;
    if (open?.traceback !== undefined) {
      const part = NEXT_PART[open.traceback](text);
      if (part !== undefined) {
        open.traceback = part;
        this.#continue(text);
        return undefined;
      }
    }
    if (!this.#known(text)) {
      const level = open?.entry.level ?? '';
      const failed = level === 'ERROR' || level === 'CRITICAL';
      if (text === TRACEBACK && !failed) {
        return this.#begin({ time, head: text, message: text, logger: 'python', rest: [] }, '');
      }
      // A message may have several lines, e.g. with the traceback of a remote exception.
      if (open !== undefined && (failed || level === 'WARNING')) {
        this.#continue(text);
        return undefined;
      }
    }
    return this.#begin({ time, head: text, message: text, rest: [] }, '');
  }

  /** A line of a service outside OpenStack that has a severity. */
  #addLevelled(time: string, text: string, { group, ...head }: Head): LogEntry | undefined {
    if (group !== undefined && group === this.#lastKey && this.#open !== undefined) {
      this.#continue(head.message);
      return undefined;
    }
    return this.#begin({ time, head: text, ...head, rest: [] }, group ?? '');
  }

  #begin(entry: Open['entry'], key: string): LogEntry | undefined {
    const completed = this.flush();
    this.#open = { entry, key, traceback: entry.logger === 'python' ? 'frames' : undefined };
    this.#lastKey = key;
    return completed;
  }

  #continue(text: string): void {
    const rest = this.#open?.entry.rest;
    if (rest !== undefined && rest.length < LONGEST_REST) {
      rest.push(text);
    }
  }
}

/**
 * The part of a traceback to which a line belongs, given the previous part; undefined if it belongs
 * to none.
 */
const NEXT_PART: Readonly<Record<TracebackPart, (text: string) => TracebackPart | undefined>> = {
  frames: (text) => (/^\s|^$/.test(text) ? 'frames' : 'exception'),
  exception: (text) => (CHAINED.test(text) ? 'between' : text === '' ? 'exception' : undefined),
  between: (text) => (text === TRACEBACK ? 'frames' : text === '' ? 'between' : undefined),
};
