import type { RunEvent } from '../../events/event.ts';
import { readMessageLine, type MessagePatterns } from '../../observe/logs/message-lines.ts';
import { requestsIn, type ReadLine } from './printed-line.ts';

/** The names of one stack or request in events and logs. */
export interface TrailNames {
  /** The stack's name and identity, and those of the stacks nested in it. None for a request. */
  readonly objects: ReadonlySet<string>;
  /** The client's ids (`X-OpenStack-Request-ID`), and the API's. */
  readonly requests: ReadonlySet<string>;
  /** Identities of messages between services. */
  readonly messages: ReadonlySet<string>;
  /** Whether a text names the stack or one of its nested stacks. */
  readonly namesObject: (text: string) => boolean;
}

export interface NamesSources {
  readonly events: readonly RunEvent[];
  readonly lines: readonly ReadLine[];
  readonly patterns: MessagePatterns | undefined;
}

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
/** The text between a name and its identity: `NAME/ID`, `NAME(ID)`, `"NAME" [ID]`. */
const BETWEEN = `["']?(?:/|\\(| \\[)`;
/**
 * The suffix of a nested stack's name after its parent's name: the resource, and twelve characters.
 */
const NESTED = '(?:-[\\w.-]+-[a-z0-9]{12})?';

/**
 * Finds the names of one stack or request. These are a stack's identity, the requests about it, the
 * API's own id of each, and their messages.
 *
 * @param wanted A stack's name or identity, or a request (`req-…`).
 */
export function namesOf(wanted: string, sources: NamesSources): TrailNames {
  const { lines, patterns } = sources;
  if (wanted.startsWith('req-')) {
    const requests = withAliases(new Set([wanted]), sources);
    return {
      objects: new Set(),
      requests,
      messages: messagesOf(requests, lines, patterns),
      namesObject: () => false,
    };
  }
  const { objects, namesObject } = objectNames(wanted, lines);
  const named = new Set<string>();
  for (const event of sources.events) {
    if (event.type === 'operation-accepted' && objects.has(event.object)) named.add(event.request);
  }
  for (const { text } of lines) {
    if (namesObject(text)) for (const request of requestsIn(text)) named.add(request);
  }
  const requests = withAliases(named, sources);
  return { objects, requests, messages: messagesOf(requests, lines, patterns), namesObject };
}

function objectNames(
  wanted: string,
  lines: readonly ReadLine[],
): Pick<TrailNames, 'objects' | 'namesObject'> {
  const name = nameOf(wanted, lines);
  const whole = `(?<![\\w.-])(${escaped(name)}${NESTED})(?![\\w-]|\\.\\w)`;
  const namePattern = new RegExp(whole);
  const withIdentity = new RegExp(`${whole}${BETWEEN}(${UUID})`, 'g');
  const objects = new Set([wanted, name]);
  for (const { text } of lines) {
    if (!text.includes(name)) continue;
    for (const [, object = name, id = name] of text.matchAll(withIdentity)) {
      objects.add(object).add(id);
    }
  }
  const identities = [...objects].filter((one) => new RegExp(`^${UUID}$`).test(one));
  return {
    objects,
    namesObject: (text) =>
      (text.includes(name) && namePattern.test(text)) || identities.some((id) => text.includes(id)),
  };
}

/** The name of a stack that was given by its identity, if a log has both. */
function nameOf(wanted: string, lines: readonly ReadLine[]): string {
  if (!new RegExp(`^${UUID}$`).test(wanted)) return wanted;
  const named = new RegExp(`([A-Za-z][\\w.-]*)${BETWEEN}${wanted}`);
  for (const { text } of lines) {
    const [, name] = text.includes(wanted) ? (named.exec(text) ?? []) : [];
    if (name !== undefined) return name;
  }
  return wanted;
}

/** The client's id of a request and the API's are in the context of one line. */
function withAliases(
  named: ReadonlySet<string>,
  { lines, patterns }: NamesSources,
): ReadonlySet<string> {
  const requests = new Set(named);
  if (patterns === undefined) return requests;
  for (const { text } of lines) {
    const { request, local } = patterns.request.exec(text)?.groups ?? {};
    if (request === undefined || local === undefined) continue;
    if (named.has(request)) requests.add(local);
    if (named.has(local)) requests.add(request);
  }
  return requests;
}

/**
 * Messages that were sent for a request. A call is received under the identity of its reply, and
 * taken up under another one. Only the order of the receiver's lines connects the two: calls are
 * taken up in the order of their receipt.
 */
function messagesOf(
  requests: ReadonlySet<string>,
  lines: readonly ReadLine[],
  patterns: MessagePatterns | undefined,
): ReadonlySet<string> {
  const messages = new Set<string>();
  if (patterns === undefined) return messages;
  for (const { text } of lines) {
    if (!requestsIn(text).some((id) => requests.has(id))) continue;
    const message = readMessageLine(text, patterns);
    if (message !== undefined && 'id' in message) messages.add(message.id);
  }
  /** By log: the received casts, and whether each waiting call is one of these. */
  const receivers = new Map<string, { casts: Set<string>; calls: boolean[] }>();
  for (const { by, text } of lines) {
    const message = readMessageLine(text, patterns);
    if (message?.kind !== 'received' && message?.kind !== 'taken') continue;
    const receiver = receivers.get(by) ?? { casts: new Set(), calls: [] };
    receivers.set(by, receiver);
    if (message.kind === 'received') {
      if (message.call) receiver.calls.push(messages.has(message.id));
      else receiver.casts.add(message.id);
    } else if (!receiver.casts.delete(message.id) && receiver.calls.shift() === true) {
      messages.add(message.id);
    }
  }
  return messages;
}

function escaped(name: string): string {
  return name.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
