import type { Config } from '../scenario/config.ts';

/** The options of a section of an oslo.config file. */
export type Section = Readonly<Record<string, string | number | boolean>>;

/** An oslo.config file of the lab's own options, with a scenario's over them. */
export function renderIni(ours: Readonly<Record<string, Section>>, config: Config): string {
  const names = [...new Set([...Object.keys(ours), ...Object.keys(config)])];
  return names
    .map((name): readonly [string, Section] => [name, { ...ours[name], ...config[name] }])
    .map(([name, section]) =>
      [
        `[${name}]`,
        ...Object.entries(section).map(([key, value]) => `${key} = ${String(value)}`),
        '',
      ].join('\n'),
    )
    .join('\n');
}
