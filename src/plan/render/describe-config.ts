import { ALL, describeOption, type Config, type ScopedConfig } from '../../scenario/config.ts';
import { plain } from '../../text/plain.ts';
import { shortened } from '../../text/shortened.ts';

/** `[section] option = value, other unset`, one a section. */
export function describeConfig(config: Config): readonly string[] {
  return Object.entries(config).map(([section, options]) => {
    const listed = Object.entries(options).map(([name, value]) => describeOption(name, value));
    return `[${section}] ${listed.join(', ')}`;
  });
}

/** `target: [section] option = value`, `node1: /etc/heat/policy.yaml (12 characters)`, one a line. */
export function describeScoped(scoped: readonly ScopedConfig[]): readonly string[] {
  return scoped.flatMap(({ on, config, files = {}, environment = {} }) =>
    [
      ...describeConfig(config),
      ...Object.entries(files).map(([path, { length }]) => `${path} (${length} characters)`),
      ...Object.entries(environment).map(([name, value]) => `${name}=${shortened(plain(value))}`),
    ].map((text) => (on === ALL ? text : `${on}: ${text}`)),
  );
}
