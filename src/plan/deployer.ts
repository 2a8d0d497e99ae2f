import { RollgateError } from '../errors.ts';
import type { Side } from '../release/release.ts';
import {
  ALL,
  isConfigurable,
  mergeConfig,
  type Config,
  type ScopedConfig,
} from '../scenario/config.ts';
import {
  isNumbered,
  settingsOf,
  type DeployerProfile,
  type DeployerSetting,
  type DeployerValue,
} from '../scenario/deployer/profile.ts';
import { serverCount, type WithServers } from '../scenario/topology/infrastructure.ts';
import { SIDES } from '../words.ts';
import type { BalancerSettings } from './balancer.ts';

/** A deployer's settings for a plan, from its releases for base and target. */
export interface Deployer {
  readonly name: string;
  /** Of the deployer, e.g. `2026.1`. */
  readonly releases: Readonly<Record<Side, string>>;
  /** Virtual CPUs of a node, from which it derives the number of workers. */
  readonly vcpus: number;
  /** Options that every service has at base and at target. */
  readonly config: Config;
  /** Options and variables of some services, and of one side only. */
  readonly configFor: readonly ScopedConfig[];
  /** Options and variables whose value differs between its releases for base and target. */
  readonly changes: readonly string[];
  /** From its release for the target, because a deployer configures its load balancer first. */
  readonly balancer: BalancerSettings | undefined;
  /** How long a service may take to stop in its release for the target. */
  readonly stopSeconds: number | undefined;
  /** Options of MariaDB's server, from its release for the base. */
  readonly database: DatabaseOptions;
}

/** Options of MariaDB's server. */
export type DatabaseOptions = Readonly<Record<string, string | number | boolean>>;

/** One option of the configuration, or one variable of the environment. */
interface Option {
  /** A service; all if it is not set. */
  readonly on: string | undefined;
  readonly name: string;
  readonly scoped: Omit<ScopedConfig, 'on'>;
}

/**
 * @param series Of the subject, at either side.
 * @throws RollgateError `invalid-plan` for a series that is older than the deployer's oldest known
 * release. Also for servers of infrastructure that the deployer does not set up.
 */
export function deployerOf(
  profile: DeployerProfile,
  series: Readonly<Record<Side, string>>,
  {
    vcpus,
    servers = {},
    services,
  }: {
    readonly vcpus: number;
    readonly servers?: WithServers;
    /** The subject's services in the topology. Default: all that the profile names. */
    readonly services?: ReadonlySet<string>;
  },
): Deployer {
  checkServers(profile, servers);
  const releases = {
    base: releaseFor(profile, series.base),
    target: releaseFor(profile, series.target),
  };
  const isCarried = ({ with: needs, on }: DeployerSetting): boolean =>
    (needs === undefined || serverCount(servers, needs) > 0) &&
    (on === undefined || services === undefined || services.has(on) || isConfigurable(on));
  const base = settingsOf(profile, releases.base).filter(isCarried);
  const target = settingsOf(profile, releases.target).filter(isCarried);
  const before = base.flatMap((setting) => optionsIn(setting, vcpus));
  const after = target.flatMap((setting) => optionsIn(setting, vcpus));
  const shared = before.filter((option) => after.some(like(option)));
  const changed = {
    base: before.filter((option) => !after.some(like(option))),
    target: after.filter((option) => !before.some(like(option))),
  };
  const balancer = target.find((setting) => setting.balancer !== undefined)?.balancer;
  return {
    name: profile.name,
    releases,
    vcpus,
    config: shared
      .filter(({ on }) => on === undefined)
      .reduce<Config>((config, { scoped }) => mergeConfig(config, scoped.config), {}),
    configFor: byScope([
      ...shared
        .filter(({ on, scoped }) => on !== undefined || scoped.environment !== undefined)
        .map(({ on = ALL, scoped }) => ({ on, ...scoped })),
      ...SIDES.flatMap((side) =>
        changed[side].map(({ on, scoped }) => ({
          on: on === undefined ? side : `${side}/${on}`,
          ...scoped,
        })),
      ),
    ]),
    changes: [...new Set([...changed.base, ...changed.target].map(({ name }) => name))],
    balancer: balancer === undefined ? undefined : { name: profile.name, ...balancer },
    stopSeconds: target.find((setting) => setting.stopSeconds !== undefined)?.stopSeconds,
    database: Object.assign({}, ...base.map(({ database }) => database)),
  };
}

function checkServers({ name, single }: DeployerProfile, servers: WithServers): void {
  for (const service of single) {
    const count = serverCount(servers, service);
    if (count <= 1) continue;
    throw new RollgateError(
      'invalid-plan',
      `deployer ${name} sets up a single ${service}, and the topology has ${count}`,
      {
        kind: 'usage',
        hint: `Take a deployer with a cluster of ${service}, or deployer: rollgate for the lab’s own settings.`,
      },
    );
  }
}

/** The load balancers of deployers, from their newest releases. */
export function balancersOf(profiles: readonly DeployerProfile[]): readonly BalancerSettings[] {
  return profiles.flatMap((profile) => {
    const newest = Object.keys(profile.read).sort().at(-1) ?? '';
    const { balancer } =
      settingsOf(profile, newest).find((setting) => setting.balancer !== undefined) ?? {};
    return balancer === undefined ? [] : [{ name: profile.name, ...balancer }];
  });
}

/** The deployer's release for a series: the one for that series, or the newest older one. */
function releaseFor({ name, read }: DeployerProfile, series: string): string {
  const known = Object.keys(read).sort();
  if (known.length === 0) return series;
  const found = isNumbered(series) ? known.findLast((release) => release <= series) : undefined;
  if (found !== undefined) return found;
  throw new RollgateError(
    'invalid-plan',
    `deployer ${name} is described from ${known[0] ?? 'nothing'} on, and ${series} is older`,
    {
      kind: 'usage',
      hint: 'Take a newer release, or deployer: rollgate for the lab’s own settings.',
    },
  );
}

function optionsIn(
  { on, config = {}, environment = {} }: DeployerSetting,
  vcpus: number,
): readonly Option[] {
  return [
    ...Object.entries(config).flatMap(([section, options]) =>
      Object.entries(options).map(([key, value]): Option => {
        const own = { [section]: { [key]: counted(value, vcpus) } };
        return { on, name: `${section}.${key}`, scoped: { config: own } };
      }),
    ),
    ...Object.entries(environment).map(([name, value]): Option => {
      const own = { [name]: String(counted(value, vcpus)) };
      return { on, name, scoped: { config: {}, environment: own } };
    }),
  ];
}

function counted(value: DeployerValue, vcpus: number): string | number | boolean {
  if (typeof value !== 'object') return value;
  const { perVcpu, least, most = Infinity } = value;
  return Math.min(most, Math.max(least, Math.floor(perVcpu * vcpus)));
}

/** The same option of the same services with the same value. */
function like(option: Option): (other: Option) => boolean {
  const text = JSON.stringify(option);
  return (other) => JSON.stringify(other) === text;
}

function byScope(scoped: readonly ScopedConfig[]): readonly ScopedConfig[] {
  return [...Map.groupBy(scoped, ({ on }) => on)].map(([on, own]) => {
    const environment = Object.assign({}, ...own.map((one) => one.environment));
    return {
      on,
      config: own.map(({ config }) => config).reduce(mergeConfig, {}),
      ...(Object.keys(environment).length === 0 ? {} : { environment }),
    };
  });
}
