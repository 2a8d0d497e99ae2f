import { z } from 'zod';
import { RollgateError } from '../errors.ts';
import { checkShape } from './document/describe-issue.ts';
import { parseYaml } from './document/document.ts';
import { withNearest } from './document/nearest.ts';
import type { Problem } from './document/problem.ts';
import { writtenProblem, formatWrittenProblem, inOrderOfOrigin } from './document/written.ts';
import type { SubjectShape } from './topology/topology.ts';

const name = z
  .string()
  .regex(/^[A-Za-z0-9_.-]+$/, 'letters, digits, “_”, “.” and “-” without a space');
/** A coordinated release, which the deployer has one of for each. */
const series = z.string().regex(/^\d{4}\.\d$/, 'a release in quotes, e.g. "2026.1"');
/** A repository of the deployer, and the file in it. */
const source = z
  .string()
  .regex(
    /^[a-z0-9_-]+ \S+$/,
    'REPOSITORY FILE, e.g. kolla-ansible ansible/roles/heat/defaults/main.yml',
  );

/** So many for each virtual CPU of a node, rounded down; within bounds. */
const perVcpu = z.strictObject({
  perVcpu: z.number().positive().max(64),
  least: z.int().min(1).default(1),
  most: z.int().min(1).exactOptional(),
});
const value = z.union([
  z.string().regex(/^[^\r\n]*$/, 'text of one line'),
  z.number(),
  z.boolean(),
  perVcpu,
]);

/** How servers are asked for their health, and how long each side may be silent. */
export const balancerSchema = z.strictObject({
  balance: z.enum(['roundrobin', 'leastconn']),
  /** `OPTIONS` is HAProxy's own default; `connect` is a connection and no request. */
  check: z.enum(['GET', 'HEAD', 'OPTIONS', 'connect']),
  /** The only status that counts as healthy; any of 2xx and 3xx where it is not set. */
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
  /** Where it is from, as `REPOSITORY FILE`. */
  from: source,
  also: z.array(source).default([]),
  /** The first and the last release of the deployer that has it; all where they are not set. */
  since: series.exactOptional(),
  until: series.exactOptional(),
  /** A service of the subject; all where it is not set. */
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
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and “-”'),
  /** The software that it sets up. */
  subject: z.string().min(1),
  summary: z.string().min(1),
  /** The choreography that is its order; absent where the lab cannot carry that out. */
  choreography: z.string().exactOptional(),
  /** The commits that were read, by release and repository. */
  read: z.record(series, z.record(z.string(), z.string().min(1))),
  settings: z.array(settingSchema).min(1),
  /** What the deployer has and the lab has not. */
  notCarried: z.array(z.string().min(1)),
  /** What could not be read of its sources. */
  unread: z.array(z.string().min(1)),
});

/** How a deployer sets up the subject, by release of the deployer; each value with its source. */
export type DeployerProfile = Readonly<z.output<typeof profileSchema>>;
export type DeployerSetting = DeployerProfile['settings'][number];
export type DeployerValue = z.output<typeof value>;

/** What a scenario names to have no deployer's settings but the lab's own. */
export const NO_DEPLOYER = 'rollgate';

/** What a node of a deployer's is taken to have where a scenario does not say it. */
export const VCPUS = 4;

/** A deployer's name, or that with the virtual CPUs of its nodes. */
export const deployerChoiceSchema = (known: readonly string[]) => {
  const named = z.enum([NO_DEPLOYER, ...known]);
  return z.union([
    named.transform((name) => ({ name, vcpus: VCPUS })),
    z.strictObject({
      name: named.describe('The deployer.'),
      vcpus: z
        .int()
        .min(1)
        .max(256)
        .default(VCPUS)
        .describe('Virtual CPUs of a node; some deployers derive the number of workers from them.'),
    }),
  ]);
};

/**
 * @param shape Of the subject that profiles are wanted of; of another's the services are not checked.
 * @throws RollgateError `invalid-deployer` with every problem's file, line and column.
 */
export function parseDeployer(text: string, file: string, shape: SubjectShape): DeployerProfile {
  const written = parseYaml(text, file);
  const { data, problems } = checkShape(profileSchema, written.data);
  const all = data === undefined ? problems : contradictions(data, shape);
  if (data !== undefined && all.length === 0) return data;
  const problemsFound = all
    .map((problem) => writtenProblem(written, problem))
    .toSorted(inOrderOfOrigin);
  const [place] = problemsFound.flatMap(({ origin }) =>
    origin.kind === 'file' ? [origin.place] : [],
  );
  throw new RollgateError('invalid-deployer', problemsFound.map(formatWrittenProblem).join('\n'), {
    kind: 'usage',
    place: place ?? { file },
  });
}

/** The settings of a release of the deployer. */
export function settingsOf(profile: DeployerProfile, release: string): readonly DeployerSetting[] {
  return profile.settings.filter(
    ({ since, until }) =>
      (since === undefined || since <= release) && (until === undefined || release <= until),
  );
}

/** What a schema cannot say: sources that were read, services that are there, each option once. */
function contradictions(profile: DeployerProfile, shape: SubjectShape): readonly Problem[] {
  const services = shape.services.map((service) => service.name);
  const releases = Object.keys(profile.read).sort();
  const ofSettings = profile.settings.flatMap((setting, index): Problem[] => {
    const at = (key: string, message: string): Problem => {
      return { path: ['settings', index, key], message, at: 'value' };
    };
    const applies = releases.filter((release) => settingsOf(profile, release).includes(setting));
    const unread = [setting.from, ...setting.also].filter((one) => {
      const [repository = ''] = one.split(' ');
      return applies.some((release) => profile.read[release]?.[repository] === undefined);
    });
    const { on, config, environment, balancer, stopSeconds, database } = setting;
    const everything = [config, environment, balancer, stopSeconds, database];
    return [
      ...(applies.length === 0 ? [at('from', 'no release that was read has it')] : []),
      ...unread.map((one) => at('from', `no commit was read of the repository of ${one}`)),
      ...(on === undefined || profile.subject !== shape.name || services.includes(on)
        ? []
        : [
            at('on', withNearest(`there is no ${on}; one of ${services.join(', ')}`, on, services)),
          ]),
      ...(everything.every((one) => one === undefined) ? [at('from', 'it sets nothing')] : []),
    ];
  });
  const twice = releases.flatMap((release) => {
    const names = settingsOf(profile, release).flatMap(namesIn);
    return [...new Set(names.filter((one, index) => names.indexOf(one) !== index))].map(
      (one): Problem => ({ path: ['settings'], message: `${release} has ${one} twice`, at: 'key' }),
    );
  });
  return [...ofSettings, ...twice];
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
