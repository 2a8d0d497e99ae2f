import type { Config } from '../scenario/config.ts';

/** `[section] option = value, …`, one a section. */
export function describeConfig(config: Config): readonly string[] {
  return Object.entries(config).map(([section, options]) => {
    const listed = Object.entries(options).map(([name, value]) => `${name} = ${String(value)}`);
    return `[${section}] ${listed.join(', ')}`;
  });
}
