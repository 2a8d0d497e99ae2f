import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { checkedYaml } from '../../document/checked-yaml.ts';
import { withNearest } from '../../document/nearest.ts';
import { RollgateError, isMissing } from '../../errors.ts';
import { MIB, readText } from '../../files/read.ts';
import { shortened } from '../../text/shortened.ts';
import type { LoginValues } from './login.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const cloudSchema = z.looseObject({ auth: z.record(z.string(), scalar).optional() });
const fileSchema = z.looseObject({ clouds: z.record(z.string(), cloudSchema) });
type Clouds = z.infer<typeof fileSchema>['clouds'];

const HINT = 'openstacksdk’s documentation describes clouds.yaml: clouds, a name, auth.';

/**
 * A cloud of clouds.yaml, with the secrets of a secure.yaml beside it. They are searched in the
 * places of openstacksdk: OS_CLIENT_CONFIG_FILE, otherwise the working directory,
 * `~/.config/openstack`, `/etc/openstack`.
 *
 * @returns Its values by their names, and the file.
 * @throws RollgateError `no-clouds-file`, `invalid-clouds-file`, `unknown-cloud`.
 */
export async function readCloud(
  name: string,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly values: LoginValues; readonly file: string }> {
  const file = await findFile(env);
  const clouds = file.clouds;
  const cloud = Object.hasOwn(clouds, name) ? clouds[name] : undefined;
  if (cloud === undefined) {
    const known = Object.keys(clouds);
    const what = withNearest(`there is no cloud ${JSON.stringify(shortened(name))}`, name, known);
    throw new RollgateError('unknown-cloud', what, {
      kind: 'usage',
      place: { file: file.path },
      hint: `Clouds of this file: ${known.join(', ') || 'none'}`,
    });
  }
  if ('profile' in cloud) {
    throw new RollgateError('invalid-clouds-file', `${name}: profiles are not read`, {
      kind: 'usage',
      place: { file: file.path },
      hint: 'Write auth_url into the cloud itself.',
    });
  }
  const beside = await readClouds(join(dirname(file.path), 'secure.yaml'));
  return { values: { ...flat(cloud), ...flat(ownOf(beside, name)) }, file: file.path };
}

async function findFile(
  env: NodeJS.ProcessEnv,
): Promise<{ readonly path: string; readonly clouds: Clouds }> {
  const named = env['OS_CLIENT_CONFIG_FILE'];
  const paths =
    named !== undefined && named !== ''
      ? [named]
      : ['clouds.yaml', 'clouds.yml'].flatMap((file) => [
          file,
          join(homedir(), '.config/openstack', file),
          join('/etc/openstack', file),
        ]);
  for (const path of paths) {
    const clouds = await readClouds(path);
    if (clouds !== undefined) return { path, clouds };
  }
  throw new RollgateError('no-clouds-file', `there is no ${paths.join(', ')}`, {
    kind: 'usage',
    hint: 'Write one, or leave --cloud out and set the OS_* variables.',
  });
}

/** `undefined` if there is no such file. */
async function readClouds(path: string): Promise<Clouds | undefined> {
  let text: string;
  try {
    text = await readText(path, { what: 'clouds file', limitBytes: MIB });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  const { clouds } = checkedYaml(text, path, {
    schema: fileSchema,
    code: 'invalid-clouds-file',
    hint: HINT,
  });
  return clouds;
}

function ownOf(clouds: Clouds | undefined, name: string): Partial<Clouds[string]> {
  return clouds !== undefined && Object.hasOwn(clouds, name) ? (clouds[name] ?? {}) : {};
}

function flat(cloud: Partial<Clouds[string]>): LoginValues {
  const { auth = {}, ...rest } = cloud;
  const all = { ...rest, ...auth };
  return Object.fromEntries(
    Object.entries(all).flatMap(([key, value]) => {
      const one = scalar.safeParse(value);
      return one.success ? [[key, String(one.data)]] : [];
    }),
  );
}
