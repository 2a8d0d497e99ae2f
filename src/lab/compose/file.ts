import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { LAB_DIRECTORY } from '../../document/lab-files.ts';
import { authorityVolumes } from '../../infra/authority.ts';
import { HEALTH_PATH } from '../../infra/haproxy.ts';
import type { Infrastructure } from '../../infra/infrastructure.ts';
import { KEYSTONE_PORT, administrator } from '../../infra/keystone.ts';
import { BROKER_PORT } from '../../infra/rabbitmq.ts';
import type { ReleaseRef } from '../../release/release.ts';
import {
  allServers,
  firstServer,
  serversOf,
  serviceOfServer,
} from '../../scenario/topology/infrastructure.ts';
import { networkAlias, servicesOf } from '../../scenario/topology/topology.ts';
import { apiPort, migrationSpec, serverSpec, serviceSpec, type LabDesign } from '../specs.ts';
import { ComposeConfigs } from './configs.ts';
import {
  brokerCheck,
  composeService,
  httpCheck,
  type ComposeService,
  type ServiceCondition,
} from './service.ts';

const PLAN_FILE = '/etc/rollgate/identity.json';
const SCRIPT_FILE = '/etc/rollgate/ensure-identity.py';

/**
 * A lab as a Docker Compose file (Compose 2.23.1 or newer, for the content of `configs`). It starts
 * the containers that `deploy` starts, under the same names: in Compose a service's key is its
 * alias in the network.
 *
 * A release of the catalogue can be changed by the environment variable `seriesVariable`.
 *
 * @param serveSeconds How long a service of the subject may take until it serves.
 */
export function composeFile(
  blueprint: LabDesign,
  release: ReleaseRef,
  serveSeconds: number,
): string {
  const configs = new ComposeConfigs();
  const services = {
    ...infrastructureServices(blueprint, configs),
    ...preparingServices(blueprint, release, configs),
    ...subjectServices(blueprint, release, serveSeconds, configs),
  };
  const shared = authorityVolumes(blueprint.topology);
  return stringify(
    {
      name: `rollgate-${blueprint.topology.name}`,
      services,
      ...(shared.length === 0
        ? {}
        : { volumes: Object.fromEntries(shared.map(({ title }) => [title, {}])) }),
      configs: configs.all,
    },
    { lineWidth: 0, aliasDuplicateObjects: false, blockQuote: 'literal' },
  );
}

type ComposeServices = Readonly<Record<string, ComposeService>>;

/** The condition that every server of these services is ready. */
function healthy(
  { topology }: LabDesign,
  ...services: readonly Infrastructure[]
): Readonly<Record<string, ServiceCondition>> {
  const servers = services.flatMap((service) => serversOf(topology, service));
  return Object.fromEntries(servers.map((server) => [server, 'service_healthy' as const]));
}

function infrastructureServices(blueprint: LabDesign, configs: ComposeConfigs): ComposeServices {
  return Object.fromEntries(
    allServers(blueprint.topology).map((name) => {
      const spec = serverSpec(blueprint, name, blueprint.subject.shape.baseVhost);
      const service = serviceOfServer(name);
      const { ready, healthcheck } = spec;
      const request = ready.kind === 'http' ? httpCheck(ready.port, ready.path) : undefined;
      return [
        name,
        composeService({
          ...spec,
          hostname: name,
          // Several servers of a service would publish the same port.
          published: name === service ? 'same' : 'any',
          configs: configs.mount(name, spec.files),
          volumes: spec.shares ?? [],
          check: healthcheck ?? request,
          needs: service === 'keystone' ? healthy(blueprint, 'mysql', 'memcached') : undefined,
        }),
      ];
    }),
  );
}

/** The services that end before those of the subject start: the schema, and Keystone's entries. */
function preparingServices(
  blueprint: LabDesign,
  release: ReleaseRef,
  configs: ComposeConfigs,
): ComposeServices {
  const { subject, topology } = blueprint;
  const keystone = firstServer(topology, 'keystone');
  const migration = migrationSpec(blueprint, placed(blueprint, release));
  return {
    [migration.hostname]: composeService({
      ...migration,
      configs: configs.mount(subject.shape.name, migration.files),
      needs: healthy(blueprint, 'mysql'),
    }),
    seed: composeService({
      hostname: 'seed',
      image: serverSpec(blueprint, keystone, subject.shape.baseVhost).image,
      command: ['python3', SCRIPT_FILE, PLAN_FILE],
      configs: configs.mount('seed', [
        { path: PLAN_FILE, content: identityJson(blueprint) },
        { path: SCRIPT_FILE, content: ensureIdentityScript() },
      ]),
      needs: healthy(blueprint, 'keystone'),
    }),
  };
}

function subjectServices(
  blueprint: LabDesign,
  release: ReleaseRef,
  serveSeconds: number,
  configs: ComposeConfigs,
): ComposeServices {
  const { subject, topology } = blueprint;
  const running = placed(blueprint, release);
  const { hostname: migration } = migrationSpec(blueprint, running);
  return Object.fromEntries(
    servicesOf(topology).map((instance) => {
      const spec = serviceSpec(blueprint, instance, running);
      const port = apiPort(subject, instance);
      return [
        networkAlias(instance),
        composeService({
          ...spec,
          // In Compose its key is its alias.
          aliases: [],
          published: 'any',
          readySeconds: serveSeconds,
          configs: configs.mount(instance.service, spec.files),
          volumes: authorityVolumes(topology),
          check: port === undefined ? brokerCheck(BROKER_PORT) : httpCheck(port, HEALTH_PATH),
          stopGraceSeconds: subject.stopGraceSeconds(instance.kind),
          needs: {
            [migration]: 'service_completed_successfully',
            seed: 'service_completed_successfully',
            ...healthy(blueprint, 'rabbitmq', 'memcached'),
            // It makes the authority.
            ...(topology.tls === true ? healthy(blueprint, 'haproxy') : {}),
          },
        }),
      ];
    }),
  );
}

function placed(blueprint: LabDesign, release: ReleaseRef) {
  return {
    image: composeImage(blueprint, release),
    vhost: blueprint.subject.shape.baseVhost,
  };
}

/**
 * The environment variable that changes the series, e.g. `HEAT_SERIES`; `undefined` for a release
 * that was given as an image and has no series.
 */
export function seriesVariable(
  { subject }: Pick<LabDesign, 'subject'>,
  { series, image }: ReleaseRef,
): string | undefined {
  return image === subject.image(series) ? `${subject.shape.name.toUpperCase()}_SERIES` : undefined;
}

function composeImage(blueprint: LabDesign, release: ReleaseRef): string {
  const variable = seriesVariable(blueprint, release);
  return variable === undefined
    ? release.image
    : blueprint.subject.image(`\${${variable}:-${release.series}}`);
}

/** JSON with a line for each entity and grant. */
function identityJson({ subject, secrets, topology }: LabDesign): string {
  const { entities, grants } = subject.identity(secrets, topology);
  const rows = (name: string, values: readonly object[]): string =>
    `"${name}": [\n  ${values.map((value) => JSON.stringify(value)).join(',\n  ')}\n]`;
  const members = [
    `"keystone": ${JSON.stringify(`http://keystone:${KEYSTONE_PORT}`)}`,
    `"administrator": ${JSON.stringify(administrator(secrets))}`,
    rows('entities', entities),
    rows('grants', grants),
  ];
  return `{\n${members.join(',\n')}\n}\n`;
}

function ensureIdentityScript(): string {
  return readFileSync(join(LAB_DIRECTORY, 'compose', 'ensure-identity.py'), 'utf8');
}
