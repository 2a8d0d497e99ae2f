import type { Config } from '../scenario/config.ts';

/** The options of a section of an oslo.config file. */
export type Section = Readonly<Record<string, string | number | boolean>>;

/**
 * An oslo.config file with the lab's own options, overridden by a scenario's: `null` removes one.
 */
export function renderIni(ours: Readonly<Record<string, Section>>, config: Config): string {
  const names = [...new Set([...Object.keys(ours), ...Object.keys(config)])];
  return names
    .map((name) => [name, { ...ours[name], ...config[name] }] as const)
    .map(([name, section]) =>
      [
        `[${name}]`,
        ...Object.entries(section)
          .filter(([, value]) => value !== null)
          .map(([key, value]) => `${key} = ${String(value)}`),
        '',
      ].join('\n'),
    )
    .join('\n');
}
