import { dirname } from 'node:path';
import { administrator, REGION, type Login, type Token } from '../../infra/keystone.ts';
import { OUTSIDE_INTERFACE, publishOutside } from '../../infra/outside-endpoint.ts';
import { writeAuthorityFile } from '../../lab/authority-file.ts';
import { LAB, readServiceLabels } from '../../lab/labels.ts';
import type { RunContext } from '../context.ts';
import type { CheckStep } from './check-step.ts';

/** Environment variables by name. */
export type Variables = Readonly<Record<string, string>>;

/** A node's services: the release of each, and the state of its container. */
export interface NodeServices {
  /** By the service's name, e.g. `heat-engine`. */
  readonly [service: string]: {
    readonly series: string;
    readonly version: string;
    readonly vhost: string;
    /** `running`, `exited`, … */
    readonly state: string;
  };
}

/** OpenStack's client variables for a login, with Keystone at an address. */
export function clientEnvironment(login: Login, keystone: string): Variables {
  return {
    OS_AUTH_URL: `${keystone}/v3`,
    OS_IDENTITY_API_VERSION: '3',
    OS_REGION_NAME: REGION,
    OS_USERNAME: login.user,
    OS_PASSWORD: login.password,
    OS_PROJECT_NAME: login.project,
    OS_USER_DOMAIN_ID: 'default',
    OS_PROJECT_DOMAIN_ID: 'default',
  };
}

/** OpenStack's client variables on this machine, which is outside the lab's network. */
export async function outsideEnvironment(
  lab: RunContext['lab'],
  as: 'user' | 'administrator',
): Promise<{
  readonly token: Token;
  readonly endpoint: string;
  readonly environment: Variables;
}> {
  const { keystone, secrets, subject } = lab;
  const login = as === 'user' ? subject.user(secrets) : administrator(secrets);
  const token = await keystone.token(login);
  const [api] = subject.shape.services.filter(({ role }) => role === 'api');
  const origin = lab.endpoint(api?.name ?? '');
  const endpoint = `${origin}${subject.apiPath(token.projectId)}`;
  const type = subject.serviceType;
  const url = `${origin}${subject.apiPath('%(tenant_id)s')}`;
  await publishOutside(keystone, administrator(secrets), { type, url });
  return {
    token,
    endpoint,
    environment: {
      ...clientEnvironment(login, keystone.origin),
      OS_INTERFACE: OUTSIDE_INTERFACE,
      // For programs that know overrides, as openstacksdk does.
      [`OS_${subject.serviceType.toUpperCase()}_ENDPOINT_OVERRIDE`]: endpoint,
      ...(lab.tls?.ca === undefined
        ? {}
        : { OS_CACERT: await writeAuthorityFile(lab.name, lab.tls.ca) }),
    },
  };
}

/** The environment of a hook on this machine; docs/checkpoints.md lists it. */
export async function hookEnvironment(
  step: Pick<CheckStep, 'id'> & Partial<Pick<CheckStep, 'point'>>,
  as: 'user' | 'administrator',
  { lab, plan, logs }: RunContext,
): Promise<Variables> {
  const { token, endpoint, environment } = await outsideEnvironment(lab, as);
  return {
    ...environment,
    ROLLGATE_ENDPOINT: endpoint,
    ROLLGATE_TOKEN: token.id,
    ROLLGATE_LAB: lab.name,
    ROLLGATE_RUN: dirname(logs),
    ROLLGATE_CHECKPOINT: step.point ?? '',
    ROLLGATE_STEP: step.id,
    ROLLGATE_BASE: plan.base.series,
    ROLLGATE_TARGET: plan.target.series,
    ROLLGATE_NODES: JSON.stringify(await nodesOf(lab)),
  };
}

/** By the node's name, in the topology's order. */
export async function nodesOf(
  lab: RunContext['lab'],
): Promise<Readonly<Record<string, NodeServices>>> {
  const { containers } = await lab.engine.find({ [LAB]: lab.name });
  const services = containers.flatMap(({ labels, state }) => {
    const found = readServiceLabels(labels);
    return found === undefined ? [] : [{ ...found, state }];
  });
  return Object.fromEntries(
    lab.topology.nodes.map(({ name }) => [
      name,
      Object.fromEntries(
        services
          .filter(({ instance }) => instance.node === name)
          .map(({ instance, series, version, vhost, state }) => [
            instance.service,
            { series, version, vhost, state },
          ]),
      ),
    ]),
  );
}
