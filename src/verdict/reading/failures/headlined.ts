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
