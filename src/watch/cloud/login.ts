import { RollgateError } from '../../errors.ts';
import { MIB, readText } from '../../files/read.ts';
import type { Tls } from '../../load/http/http-client.ts';
import { shortened } from '../../text/shortened.ts';

/** The user, in the form of Keystone's `identity`, and the scope of the token. */
export interface CloudLogin {
  /** For display: the cloud's name, or the host of its Keystone. */
  readonly name: string;
  /** Without `/v3` and without a trailing slash. */
  readonly authUrl: string;
  readonly identity: object;
  /** `undefined` for an application credential, which already includes its project. */
  readonly scope: object | undefined;
  readonly region: string | undefined;
  readonly interface: string;
  readonly tls: Tls | undefined;
  /** The service's address, if it overrides the catalogue's. */
  readonly endpoint: string | undefined;
}

/**
 * The values of clouds.yaml and the `OS_*` variables, by the lower-case name of the variable
 * without its `OS_`: `auth_url`, `username`, …
 */
export type LoginValues = Readonly<Record<string, string | undefined>>;

/** `OS_AUTH_URL` as `auth_url`, and so on. */
export function loginValues(env: NodeJS.ProcessEnv): LoginValues {
  return Object.fromEntries(
    Object.entries(env)
      .filter(([name, value]) => name.startsWith('OS_') && value !== '')
      .map(([name, value]) => [name.slice('OS_'.length).toLowerCase(), value]),
  );
}

/**
 * A login from these values, with the names of keystoneauth1's plugins `password`, `token` and
 * `v3applicationcredential`.
 *
 * @param options.name For people. Default: the host of its Keystone.
 * @param options.where The source of the values, for messages.
 * @param options.serviceType E.g. `orchestration`, for `orchestration_endpoint_override`.
 * @throws RollgateError `cloud-login` with the missing values; `unreadable-file` for `cacert`.
 */
export async function loginFrom(
  values: LoginValues,
  {
    name,
    where,
    serviceType,
  }: { readonly name?: string; readonly where: string; readonly serviceType: string },
): Promise<CloudLogin> {
  const need = (key: string): string => {
    const value = values[key];
    if (value !== undefined) return value;
    throw new RollgateError('cloud-login', `${where}: ${key} is missing`, {
      kind: 'usage',
      hint: 'Give --cloud NAME of a clouds.yaml, or set the OS_* variables of a user.',
    });
  };
  const authUrl = need('auth_url');
  const address = addressIn(authUrl, where);
  return {
    name: name ?? address.host,
    authUrl: authUrl.replace(/\/+$/, '').replace(/\/v[23][^/]*$/, ''),
    ...credentialsOf(values, need),
    region: values['region_name'],
    interface: (values['interface'] ?? values['endpoint_type'] ?? 'public').replace(/URL$/, ''),
    tls: await tlsOf(values),
    endpoint: values[`${serviceType}_endpoint_override`],
  };
}

function addressIn(authUrl: string, where: string): URL {
  const address = URL.parse(authUrl);
  if (address === null || !/^https?:$/.test(address.protocol)) {
    throw new RollgateError(
      'cloud-login',
      `${where}: auth_url is not an http(s) address: ${shortened(authUrl)}`,
      {
        kind: 'usage',
        hint: 'It looks like https://cloud.example:5000/v3.',
      },
    );
  }
  if (address.username === '' && address.password === '') return address;
  // Not shown: it holds a password.
  throw new RollgateError('cloud-login', `${where}: auth_url holds a user name or a password`, {
    kind: 'usage',
    hint: 'Leave them out of the address: username and password are values of their own.',
  });
}

async function tlsOf({ cacert, insecure, verify }: LoginValues): Promise<Tls | undefined> {
  const unverified = insecure ?? (isNo(verify) ? 'true' : undefined);
  const ca =
    cacert === undefined
      ? undefined
      : await readText(cacert, { what: 'CA certificate', limitBytes: MIB });
  if (ca === undefined && unverified === undefined) return undefined;
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(unverified === undefined || isNo(unverified) ? {} : { rejectUnauthorized: false }),
  };
}

function isNo(value: string | undefined): boolean {
  return value !== undefined && /^(false|no|0|off)$/i.test(value);
}

function credentialsOf(
  values: LoginValues,
  need: (key: string) => string,
): Pick<CloudLogin, 'identity' | 'scope'> {
  const domain = (of: 'user' | 'project') => {
    const id = values[`${of}_domain_id`] ?? values['default_domain_id'] ?? values['default_domain'];
    const name = values[`${of}_domain_name`] ?? values['default_domain_name'];
    return name !== undefined && values[`${of}_domain_id`] === undefined
      ? { name }
      : { id: id ?? 'default' };
  };
  const user = (): object =>
    values['user_id'] === undefined
      ? { name: need('username'), domain: domain('user') }
      : { id: values['user_id'] };
  const { application_credential_id: id, application_credential_name: credential } = values;
  if (id !== undefined || credential !== undefined) {
    const secret = need('application_credential_secret');
    const which = id === undefined ? { name: credential, user: user() } : { id };
    return {
      identity: {
        methods: ['application_credential'],
        application_credential: { ...which, secret },
      },
      scope: undefined,
    };
  }
  const projectId = values['project_id'] ?? values['tenant_id'];
  const scope = {
    project:
      projectId === undefined
        ? {
            name: values['project_name'] ?? values['tenant_name'] ?? need('project_name'),
            domain: domain('project'),
          }
        : { id: projectId },
  };
  const { token } = values;
  return token === undefined
    ? {
        identity: {
          methods: ['password'],
          password: { user: { ...user(), password: need('password') } },
        },
        scope,
      }
    : { identity: { methods: ['token'], token: { id: token } }, scope };
}
