import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { LAB_DIRECTORY } from '../../document/lab-files.ts';
import { HEALTH_PATH } from '../../infra/haproxy.ts';
import { INFRASTRUCTURE, type Infrastructure } from '../../infra/infrastructure.ts';
import { KEYSTONE_PORT, administrator } from '../../infra/keystone.ts';
import { BROKER_PORT } from '../../infra/rabbitmq.ts';
import type { ReleaseRef } from '../../release/release.ts';
import { networkAlias, servicesOf } from '../../scenario/topology/topology.ts';
import {
  apiPort,
  infrastructureSpecs,
  migrationSpec,
  serviceSpec,
  type LabDesign,
} from '../specs.ts';
import { ComposeConfigs } from './configs.ts';
import {
  brokerCheck,
  composeService,
  httpCheck,
  type ComposeService,
  type Condition,
} from './service.ts';

const PLAN_FILE = '/etc/rollgate/identity.json';
const SCRIPT_FILE = '/etc/rollgate/ensure-identity.py';

const NEEDS: Partial<Record<Infrastructure, Readonly<Record<string, Condition>>>> = {
  keystone: { mysql: 'service_healthy' },
};

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
  const { subject, topology } = blueprint;
  const configs = new ComposeConfigs();
  const { baseVhost } = blueprint.subject.shape;
  const running = { image: composeImage(blueprint, release), vhost: baseVhost };
  const services: Record<string, ComposeService> = {};

  const specs = infrastructureSpecs(blueprint, baseVhost);
  for (const name of INFRASTRUCTURE) {
    const spec = specs[name];
    services[name] = composeService({
      ...spec,
      hostname: name,
      published: 'same',
      configs: configs.mount(name, spec.files),
      check:
        spec.healthcheck ??
        (spec.ready.kind === 'http' ? httpCheck(spec.ready.port, spec.ready.path) : undefined),
      needs: NEEDS[name],
    });
  }

  const migration = migrationSpec(blueprint, running);
  services[migration.hostname] = composeService({
    ...migration,
    configs: configs.mount(subject.shape.name, migration.files),
    needs: { mysql: 'service_healthy' },
  });

  services['seed'] = composeService({
    hostname: 'seed',
    image: specs.keystone.image,
    command: ['python3', SCRIPT_FILE, PLAN_FILE],
    configs: configs.mount('seed', [
      { path: PLAN_FILE, content: identityJson(blueprint) },
      { path: SCRIPT_FILE, content: ensureIdentityScript() },
    ]),
    needs: { keystone: 'service_healthy' },
  });

  for (const instance of servicesOf(topology)) {
    const spec = serviceSpec(blueprint, instance, running);
    const port = apiPort(subject, instance);
    services[networkAlias(instance)] = composeService({
      ...spec,
      published: 'any',
      readySeconds: serveSeconds,
      configs: configs.mount(instance.service, spec.files),
      check: port === undefined ? brokerCheck(BROKER_PORT) : httpCheck(port, HEALTH_PATH),
      stopGraceSeconds: subject.stopGraceSeconds(instance.kind),
      needs: {
        [migration.hostname]: 'service_completed_successfully',
        seed: 'service_completed_successfully',
        rabbitmq: 'service_healthy',
      },
    });
  }

  return stringify(
    { name: `rollgate-${topology.name}`, services, configs: configs.all },
    { lineWidth: 0, aliasDuplicateObjects: false, blockQuote: 'literal' },
  );
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
function identityJson({ subject, secrets }: LabDesign): string {
  const { entities, grants } = subject.identity(secrets);
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
