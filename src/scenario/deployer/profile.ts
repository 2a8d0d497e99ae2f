import { z } from 'zod';
import { checkShape } from '../../document/describe-issue.ts';
import { parseYaml } from '../../document/document.ts';
import { withNearest } from '../../document/nearest.ts';
import type { Problem } from '../../document/problem.ts';
import { reportOn } from '../../document/written.ts';
import { RollgateError } from '../../errors.ts';
import { CONFIGURABLE } from '../config.ts';
import { NAME_LENGTH } from '../names.ts';
import { INFRASTRUCTURE } from '../topology/infrastructure.ts';
import type { SubjectShape } from '../topology/topology.ts';

const name = z
  .string()
  .regex(/^[A-Za-z0-9_.-]+$/, 'letters, digits, “_”, “.” and “-” without a space');
/** A coordinated release; the deployer has one release for each. */
const series = z.string().regex(/^\d{4}\.\d$/, 'a release in quotes, e.g. "2026.1"');
/** A repository of the deployer, and the file in it. */
const source = z
  .string()
  .regex(
    /^[a-z0-9_-]+ \S+$/,
    'REPOSITORY FILE, e.g. kolla-ansible ansible/roles/heat/defaults/main.yml',
  );

/** A number for each virtual CPU of a node, rounded down, within bounds. */
const perVcpu = z
  .strictObject({
    perVcpu: z.number().positive().max(64),
    least: z.int().min(1).default(1),
    most: z.int().min(1).exactOptional(),
  })
  .refine(({ least, most }) => most === undefined || least <= most, {
    error: 'least is above most',
  });
const value = z.union([
  z.string().regex(/^[^\r\n]*$/, 'text of one line'),
  z.number(),
  z.boolean(),
  perVcpu,
]);

/** How the health of servers is checked, and how long each side may be silent. */
export const balancerSchema = z.strictObject({
  balance: z.enum(['roundrobin', 'leastconn']),
  /** `OPTIONS` is HAProxy's own default; `connect` is a connection and no request. */
  check: z.enum(['GET', 'HEAD', 'OPTIONS', 'connect']),
  /** The only status that counts as healthy; any 2xx or 3xx if it is not set. */
  expectStatus: z.int().min(100).max(599).exactOptional(),
  interSeconds: z.number().positive(),
  rise: z.int().min(1),
  fall: z.int().min(1),
  checkTimeoutSeconds: z.number().positive().exactOptional(),
  connectSeconds: z.number().positive(),
  clientSeconds: z.number().positive(),
  serverSeconds: z.number().positive(),
});

/** Options of MariaDB's server. */
export const databaseSchema = z.record(
  name,
  z.union([z.string().regex(/^[^\r\n]*$/, 'text of one line'), z.number(), z.boolean()]),
);

const settingSchema = z.strictObject({
  /** Its source, as `REPOSITORY FILE`. Every setting of a shipped profile has it. */
  from: source.exactOptional(),
  also: z.array(source).default([]),
  /** The first and the last release of the deployer with this setting; all if they are not set. */
  since: series.exactOptional(),
  until: series.exactOptional(),
  /** Only in a lab that has this service; in every lab if it is not set. */
  with: z.enum(['memcached']).exactOptional(),
  /** A service of the subject, or `keystone`; all of the subject if it is not set. */
  on: z.string().exactOptional(),
  config: z.record(name, z.record(name, value)).exactOptional(),
  environment: z
    .record(z.string().regex(/^[A-Za-z_]\w*$/, 'letters, digits and “_”, no digit first'), value)
    .exactOptional(),
  balancer: balancerSchema.exactOptional(),
  /** How long a service may take to stop before it is killed. */
  stopSeconds: z.number().min(1).max(3600).exactOptional(),
  /** Options of MariaDB's server. */
  database: databaseSchema.exactOptional(),
});

const profileSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and “-”')
    .max(NAME_LENGTH),
  /** The software that it deploys. Default, in a user's own profile: the scenario's. */
  subject: z.string().min(1).exactOptional(),
  summary: z.string().default(''),
  /** The choreography with its order; absent if the lab cannot carry it out. */
  choreography: z.string().exactOptional(),
  /**
   * The commits that were read, by release and repository. It is optional in a user's own profile,
   * which then applies to every series.
   */
  read: z.record(series, z.record(z.string(), z.string().min(1))).default({}),
  settings: z.array(settingSchema).min(1),
  /** Services that it sets up with a single server. */
  single: z.array(z.enum(INFRASTRUCTURE)).default([]),
  /** Features of the deployer that the lab lacks. */
  notCarried: z.array(z.string().min(1)).default([]),
  /** Sources of the deployer that could not be read. */
  unread: z.array(z.string().min(1)).default([]),
});

/**
 * How a deployer configures the subject, by release of the deployer; each value with its source.
 */
export type DeployerProfile = Readonly<z.output<typeof profileSchema>> & {
  readonly subject: string;
};
export type DeployerSetting = DeployerProfile['settings'][number];
export type DeployerValue = z.output<typeof value>;

/** Requirements on a profile beyond its schema. */
export interface ProfileRules {
  /** The shape of the subject; the services of profiles for other subjects are not checked. */
  readonly shape: SubjectShape;
  /** Each value names its source file, and each release the commit that was read. */
  readonly sourced: boolean;
}

/**
 * A profile, and its problems.
 *
 * @param data The profile as YAML data.
 */
export function checkProfile(
  data: unknown,
  rules: ProfileRules,
): { readonly profile: DeployerProfile | undefined; readonly problems: readonly Problem[] } {
  const checked = checkShape(profileSchema, data);
  if (checked.data === undefined) return { profile: undefined, problems: checked.problems };
  const profile = { ...checked.data, subject: checked.data.subject ?? rules.shape.name };
  return {
    profile,
    problems: [
      ...(rules.sourced ? sourceProblems(checked.data) : []),
      ...contradictions(profile, rules.shape),
    ],
  };
}

/**
 * A shipped profile.
 *
 * @param shape The shape of the subject.
 * @throws RollgateError `invalid-deployer` with every problem's file, line and column.
 */
export function parseDeployer(text: string, file: string, shape: SubjectShape): DeployerProfile {
  const written = parseYaml(text, file);
  const { profile, problems } = checkProfile(written.data, { shape, sourced: true });
  if (profile !== undefined && problems.length === 0) return profile;
  const { lines, place } = reportOn(written, problems);
  throw new RollgateError('invalid-deployer', lines.join('\n'), {
    kind: 'usage',
    place: place ?? { file },
  });
}

/** The settings of a release of the deployer. */
export function settingsOf(profile: DeployerProfile, release: string): readonly DeployerSetting[] {
  const age = isNumbered(release) ? release : BEFORE_ALL;
  return profile.settings.filter(
    ({ since, until }) =>
      (since === undefined || since <= age) && (until === undefined || age <= until),
  );
}

/** Releases before 2023.1 had names. */
export function isNumbered(series: string): boolean {
  return /^\d/.test(series);
}

/** Sorts before every numbered release. */
const BEFORE_ALL = '';

/** The sources that a shipped profile must name, so that each value can be looked up. */
function sourceProblems({
  subject,
  summary,
  read,
  settings,
}: z.output<typeof profileSchema>): readonly Problem[] {
  const missing = (path: Problem['path'], what: string): Problem => {
    return { path, message: `missing; expected ${what}`, at: 'value' };
  };
  return [
    ...(subject === undefined ? [missing(['subject'], 'text')] : []),
    ...(summary === '' ? [missing(['summary'], 'text')] : []),
    ...(Object.keys(read).length === 0 ? [missing(['read'], 'a mapping')] : []),
    ...settings.flatMap(({ from }, index) =>
      from === undefined ? [missing(['settings', index, 'from'], 'REPOSITORY FILE')] : [],
    ),
  ];
}

/**
 * Checks beyond the schema: the sources were read, the services exist, each option appears once.
 */
function contradictions(profile: DeployerProfile, shape: SubjectShape): readonly Problem[] {
  const ofSettings = profile.settings.flatMap((setting, index) =>
    [
      ...releaseProblems(setting, profile),
      ...unreadSources(setting, profile),
      ...serviceProblems(setting, profile, shape),
      ...emptyProblems(setting),
    ].map(({ key, message }): Problem => ({
      path: ['settings', index, key],
      message,
      at: 'value',
    })),
  );
  return [...ofSettings, ...repeatedSettings(profile)];
}

/** A problem with a key of a setting. */
interface SettingProblem {
  readonly key: keyof DeployerSetting;
  readonly message: string;
}

/** A setting must apply to a release. */
function releaseProblems(
  setting: DeployerSetting,
  profile: DeployerProfile,
): readonly SettingProblem[] {
  if (releasesWith(setting, profile).length > 0) return [];
  return Object.keys(profile.read).length > 0
    ? [{ key: 'from', message: 'no release that was read has it' }]
    : [{ key: 'until', message: 'no release has it: until is before since' }];
}

/** A commit must have been read of the repository of each source. */
function unreadSources(
  setting: DeployerSetting,
  profile: DeployerProfile,
): readonly SettingProblem[] {
  const { from, also } = setting;
  if (Object.keys(profile.read).length === 0) return [];
  const applies = releasesWith(setting, profile);
  return [...(from === undefined ? [] : [from]), ...also]
    .filter((one) => {
      const [repository = ''] = one.split(' ');
      return applies.some((release) => profile.read[release]?.[repository] === undefined);
    })
    .map((one) => ({
      key: 'from',
      message: `no commit was read of the repository of ${one}`,
    }));
}

/** A setting for a service needs a service of the subject, or one that can be configured. */
function serviceProblems(
  { on }: DeployerSetting,
  { subject }: DeployerProfile,
  shape: SubjectShape,
): readonly SettingProblem[] {
  const services = [...shape.services.map((service) => service.name), ...CONFIGURABLE];
  if (on === undefined || subject !== shape.name || services.includes(on)) return [];
  const message = withNearest(`there is no ${on}; one of ${services.join(', ')}`, on, services);
  return [{ key: 'on', message }];
}

function emptyProblems(setting: DeployerSetting): readonly SettingProblem[] {
  const { config, environment, balancer, stopSeconds, database } = setting;
  const everything = [config, environment, balancer, stopSeconds, database];
  if (everything.some((one) => one !== undefined)) return [];
  const message =
    'it sets nothing; expected config, environment, balancer, stopSeconds or database';
  return [{ key: 'from', message }];
}

/** Each release may have a setting once. */
function repeatedSettings(profile: DeployerProfile): readonly Problem[] {
  return releasesOf(profile).flatMap((release) => {
    const names = settingsOf(profile, release).flatMap(namesIn);
    return [...new Set(names.filter((one, index) => names.indexOf(one) !== index))].map(
      (one): Problem => ({
        path: ['settings'],
        message: `${release === BEFORE_ALL ? 'every release' : release} has ${one} twice`,
        at: 'key',
      }),
    );
  });
}

function releasesWith(setting: DeployerSetting, profile: DeployerProfile): readonly string[] {
  return releasesOf(profile).filter((release) => settingsOf(profile, release).includes(setting));
}

/** The releases at which the settings of a profile may change. */
function releasesOf({ read, settings }: DeployerProfile): readonly string[] {
  const known = Object.keys(read).sort();
  return known.length > 0
    ? known
    : [...new Set([BEFORE_ALL, ...settings.flatMap(({ since }) => since ?? [])])].sort();
}

function namesIn(setting: DeployerSetting): readonly string[] {
  const {
    on = 'all',
    config = {},
    environment = {},
    balancer,
    stopSeconds,
    database = {},
  } = setting;
  return [
    ...Object.entries(config).flatMap(([section, options]) =>
      Object.keys(options).map((key) => `${section}.${key} on ${on}`),
    ),
    ...Object.keys(environment).map((key) => `${key} on ${on}`),
    ...(balancer === undefined ? [] : ['a balancer']),
    ...(stopSeconds === undefined ? [] : ['stopSeconds']),
    ...Object.keys(database).map((key) => `the database’s ${key}`),
  ];
}
