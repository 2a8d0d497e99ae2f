import type { EventOf } from '../../events/event.ts';
import type { CloudAccess } from '../../subject/cloud.ts';
import type { Subject } from '../../subject/subject.ts';
import { placesIn, type ServiceAddress } from '../discovery/places.ts';
import { cloudToken, endpointOf } from './catalogue.ts';
import { readCloud } from './clouds-file.ts';
import { loginFrom, loginValues, type CloudLogin } from './login.ts';

export interface AccessOptions {
  readonly subject: Subject;
  readonly login: CloudLogin;
  /** Prefix of the names of all objects that a watch makes. */
  readonly prefix: string;
  readonly serverHeader?: string | undefined;
}

/** A cloud, and its description in events. */
export interface OpenedCloud {
  readonly access: CloudAccess;
  readonly watched: Omit<NonNullable<EventOf<'run-started'>['watched']>, 'probes'>;
  /** The addresses of its services, the watched one first. */
  readonly places: readonly ServiceAddress[];
}

/**
 * The login of a named cloud, or of the `OS_*` variables.
 *
 * @param cloud As clouds.yaml names it. Default: OS_CLOUD, otherwise the variables alone.
 * @throws RollgateError See `readCloud` and `loginFrom`.
 */
export async function cloudLogin(
  cloud: string | undefined,
  { subject, env }: { readonly subject: Subject; readonly env: NodeJS.ProcessEnv },
): Promise<CloudLogin> {
  const { serviceType } = subject;
  const values = loginValues(env);
  const name = cloud ?? values['cloud'];
  if (name === undefined) return loginFrom(values, { where: 'OS_* variables', serviceType });
  const { values: own, file } = await readCloud(name, env);
  return loginFrom(own, { name, where: `${file}, ${name}`, serviceType });
}

/**
 * Gets a token, and the subject's address from the catalogue.
 *
 * @throws RollgateError See `cloudToken` and `endpointOf`.
 */
export async function openCloud(
  options: AccessOptions,
  signal?: AbortSignal,
): Promise<OpenedCloud> {
  const { subject, login, prefix, serverHeader } = options;
  const token = await cloudToken(login, signal);
  const { serviceType } = subject;
  const apiPath = subject.apiPath(token.projectId);
  const { origin, path } = endpointOf(login, token, { type: serviceType, apiPath });
  const questions = subject.cloud?.questions(token.projectId) ?? [];
  return {
    access: {
      prefix,
      origin,
      path,
      token: { id: token.id, projectId: token.projectId },
      renew: async () => (await cloudToken(login)).id,
      tls: login.tls,
      serverHeader,
    },
    watched: { cloud: login.name, endpoint: `${origin}${path}`, project: token.projectName },
    places: placesIn(login, token, {
      services: [...new Set(questions.map(({ service }) => service))],
      apiPath,
      watched: { service: serviceType, origin, path },
    }),
  };
}
