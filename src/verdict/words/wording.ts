/** `12.3 s` from milliseconds. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** The first few of a list and how many more there are. */
export function some(items: readonly string[], most = 5): string {
  const rest = items.length - most;
  return items.slice(0, most).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

/** `from 1.0 s to 2.0 s`, or `at 1.0 s`; of milliseconds. */
export function span(from: number, to: number): string {
  const [first, last] = [seconds(from), seconds(to)];
  return first === last ? `at ${first}` : `from ${first} to ${last}`;
}

/** The prefix of a log line: date, time, process, level, logger. */
const LOGGED = /^\S+ \S+ \d+ (?:ERROR|CRITICAL) \S+ /;
/** The line that ends a traceback; its source lines are indented. */
const RAISED = /^\S.*(?:Error|Exception)\b|^(?:\w+\.)*\w*(?:Error|Exception|Exit): /;

/**
 * A message with a log's last lines below it. The last raised error is moved up to the first line,
 * because readers see only that line at first.
 */
export function headlined(message: string): string {
  const [first = '', ...lines] = message.split('\n');
  const texts = lines.map((line) => line.replace(LOGGED, ''));
  const at = texts.findLastIndex((text) => RAISED.test(text));
  if (at === -1) return message;
  return [`${first}: ${texts[at]}`, ...lines.toSpliced(at, 1)].join('\n');
}
