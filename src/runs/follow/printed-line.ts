import { parseBalancerLine, type BalancedRequest } from '../../infra/balancer-log/balancer-log.ts';

/** A line that a container printed. */
export interface PrintedLine {
  /** The log's name: `node1.heat-engine.2025.1`, `haproxy`. */
  readonly by: string;
  /** ISO 8601, from the container engine. */
  readonly time: string;
  readonly text: string;
}

/** A line, with its facts about a request if it is HAProxy's. */
export interface ReadLine extends PrintedLine {
  readonly balanced: BalancedRequest | undefined;
}

/** `req-` and a UUID: OpenStack's id of a request. */
export const REQUEST = /\breq-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g;

/** HAProxy's line loses JSON's and the URL's escapes, so that a name in its path can be found. */
export function readLine(line: PrintedLine): ReadLine {
  const balanced = parseBalancerLine(line.text);
  if (balanced === undefined) return { ...line, balanced };
  return { ...line, text: `${unescaped(balanced.request)} ${balanced.id}`, balanced };
}

function unescaped(path: string): string {
  return path.replaceAll('%3A', ':').replaceAll('%2F', '/');
}

export function requestsIn(text: string): readonly string[] {
  return text.includes('req-') ? (text.match(REQUEST) ?? []) : [];
}

/** oslo.log's line: time, process, level, logger, context, message. */
const OSLO =
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \d+ (?<level>[A-Z]+) (?<logger>\S+) (?:\[[^\]]*\] )?(?<message>.*)$/s;
/** The source location at the end of a DEBUG line of oslo.log. */
const WRITTEN_AT = / \S+ \/\S+\.py:\d+$/;

/** Level, logger and message, without the time and the context, which are shown separately. */
export function messageOfLine(text: string): string {
  const { level, logger, message } = OSLO.exec(text)?.groups ?? {};
  if (message === undefined) return text;
  return `${level} ${logger} ${level === 'DEBUG' ? message.replace(WRITTEN_AT, '') : message}`;
}
