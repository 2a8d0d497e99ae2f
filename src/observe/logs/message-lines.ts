import { isRequestId, type RequestId } from '../../events/fields.ts';

/** Patterns of a messaging library's log lines about single messages. */
export interface MessagePatterns {
  /**
   * A text in every line that any of the patterns matches, searched first because this is cheap.
   */
  readonly marker: string;
  /** Group `message`, or `call` for a message that expects a reply; group `topic`. */
  readonly sent: RegExp;
  /** Taken off a queue; group `message` or `call`. */
  readonly received: RegExp;
  /** Taken up to be worked on; group `message`, for a call too. */
  readonly taken: RegExp;
  /** The reply to a call was sent; group `call`. */
  readonly answered: RegExp;
  /** The queue in which a service expects the reply to its call; groups `call` and `queue`. */
  readonly expected: RegExp;
  /** A reply came to a service that does not wait for a reply to that call; group `call`. */
  readonly unawaited: RegExp;
  /** A text in the line in which a service refuses the message that it took up last. */
  readonly refused: string;
  /** Matches such a line if the message expects a reply. Default: it expects none. */
  readonly refusedCall?: RegExp;
  /**
   * The request of a line: group `request` has the client's id, `local` the id of the service that
   * the client called.
   */
  readonly request: RegExp;
  /** The option or the method that prevents dropped messages. */
  readonly avoidedBy: string;
}

/** The meaning of one line about one message. */
export type MessageLine =
  | {
      readonly kind: 'sent';
      readonly id: string;
      readonly topic: string | undefined;
      readonly request: RequestId | undefined;
      readonly local: string | undefined;
    }
  | { readonly kind: 'received'; readonly id: string; readonly call: boolean }
  | { readonly kind: 'taken'; readonly id: string }
  | { readonly kind: 'answered'; readonly id: string }
  | { readonly kind: 'expected'; readonly id: string; readonly queue: string }
  | { readonly kind: 'unawaited'; readonly id: string }
  | { readonly kind: 'refused'; readonly call: boolean };

/**
 * Its texts may be remembered long after the line.
 *
 * @returns undefined for a line that is not about a message.
 */
export function readMessageLine(text: string, patterns: MessagePatterns): MessageLine | undefined {
  if (!text.includes(patterns.marker)) {
    return text.includes(patterns.refused)
      ? { kind: 'refused', call: patterns.refusedCall?.test(text) === true }
      : undefined;
  }
  const received = patterns.received.exec(text)?.groups;
  if (received !== undefined) {
    const { message, call } = received;
    const id = message ?? call;
    if (id === undefined) return undefined;
    return { kind: 'received', id: copied(id), call: call !== undefined };
  }
  const taken = patterns.taken.exec(text)?.groups?.['message'];
  if (taken !== undefined) return { kind: 'taken', id: taken };
  const answered = patterns.answered.exec(text)?.groups?.['call'];
  if (answered !== undefined) return { kind: 'answered', id: answered };
  const expected = patterns.expected.exec(text)?.groups;
  if (expected?.['call'] !== undefined && expected['queue'] !== undefined) {
    return { kind: 'expected', id: copied(expected['call']), queue: copied(expected['queue']) };
  }
  const unawaited = patterns.unawaited.exec(text)?.groups?.['call'];
  if (unawaited !== undefined) return { kind: 'unawaited', id: unawaited };
  const sent = patterns.sent.exec(text)?.groups;
  const id = sent?.['message'] ?? sent?.['call'];
  if (id === undefined) return undefined;
  const { request, local } = patterns.request.exec(text)?.groups ?? {};
  return {
    kind: 'sent',
    id: copied(id),
    topic: copied(sent?.['topic']),
    request: request !== undefined && isRequestId(request) ? copied(request) : undefined,
    local: copied(local),
  };
}

/**
 * The same text in memory of its own. V8 makes a part of a text a view, which keeps the whole text
 * in memory: here the log line, and with it the part of the log in which it came.
 */
function copied<Text extends string | undefined>(text: Text): Text;
function copied(text: string | undefined): string | undefined {
  return text === undefined ? undefined : Buffer.from(text).toString();
}
