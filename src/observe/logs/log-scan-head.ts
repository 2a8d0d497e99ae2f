/** The head of a line of a service outside OpenStack. */
export interface Head {
  /** In oslo.log's words: `ERROR`, `WARNING`, `INFO`. */
  readonly level: string;
  readonly logger: string;
  readonly message: string;
  /** The same for all lines of one message; absent if a message is one line. */
  readonly group?: string;
}

interface Format {
  readonly logger: string;
  readonly pattern: RegExp;
  /**
   * This service repeats its head on each line of a message, with a time that is exact enough to
   * distinguish messages.
   */
  readonly repeats?: boolean;
}

const FORMATS: readonly Format[] = [
  {
    // RabbitMQ's rabbit_logger_text_fmt.
    logger: 'rabbitmq',
    pattern:
      /^(?<stamp>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}\S*) \[(?<level>\w+)\] (?<process><[\d.]+>) (?<message>.*)$/,
    repeats: true,
  },
  {
    // MariaDB's error log.
    logger: 'mariadb',
    pattern: /^\d{4}-\d\d-\d\d +\d+:\d\d:\d\d \d+ \[(?<level>\w+)\] (?<message>.*)$/,
  },
  {
    // HAProxy's own messages on standard error.
    logger: 'haproxy',
    pattern: /^\[(?<level>[A-Z]+)\] +\(\d+\) : (?<message>.*)$/,
  },
];

const LEVELS: Readonly<Record<string, string>> = {
  emergency: 'CRITICAL',
  emerg: 'CRITICAL',
  alert: 'ERROR',
  critical: 'ERROR',
  crit: 'ERROR',
  error: 'ERROR',
  warning: 'WARNING',
};

/** `undefined` for a line in none of the known formats. */
export function readHead(text: string): Head | undefined {
  for (const { logger, pattern, repeats } of FORMATS) {
    const found = pattern.exec(text)?.groups;
    if (found === undefined) continue;
    const { level = '', message = '', stamp, process } = found;
    return {
      level: LEVELS[level.toLowerCase()] ?? 'INFO',
      logger,
      message,
      ...(repeats === true ? { group: `${stamp} ${process} ${level}` } : {}),
    };
  }
  return undefined;
}
