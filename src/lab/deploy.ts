import type { ContainerEngine } from '../engine/port.ts';
import { RollgateError } from '../errors.ts';
import { ensureIdentity } from '../infra/identity.ts';
import { administrator } from '../infra/keystone.ts';
import { SECRETS_FILE, drawSecrets } from '../infra/secrets.ts';
import { BASE_VHOST } from '../plan/vhost.ts';
import type { ReleaseRef } from '../scenario/release.ts';
import type { Topology } from '../scenario/topology.ts';
import { instanceName } from '../scenario/topology.ts';
import type { Subject } from '../subject/subject.ts';
import { Deployment } from './deployment.ts';
import { findLabs } from './find.ts';
import { LAB, labLabels, networkLabels, networkName } from './labels.ts';
import { thisProcess } from './owner.ts';
import { infrastructureSpecs } from './specs.ts';

export interface DeployOptions {
  readonly engine: ContainerEngine;
  readonly subject: Subject;
  readonly name: string;
  readonly topology: Topology;
  readonly release: ReleaseRef;
  readonly onProgress?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Brings a lab up: infrastructure, schema, identity, then the services of every node. What does
 * not depend on each other starts side by side.
 * @throws RollgateError `lab-exists`, `not-ready`, `did-not-serve`, …; the lab is gone then.
 */
export async function deploy(options: DeployOptions): Promise<Deployment> {
  const { engine, name } = options;
  if ((await findLabs(engine)).some((lab) => lab.name === name)) {
    throw new RollgateError('lab-exists', `a lab named ${name} is already there`, {
      kind: 'usage',
      hint: `take another --name, or remove it with: rollgate down --name ${name}`,
    });
  }
  const lab = new Deployment({ ...options, owner: thisProcess(), secrets: drawSecrets() });
  try {
    await bringUp(lab, options);
    return lab;
  } catch (error) {
    await engine.sweep({ [LAB]: name });
    throw error;
  }
}

async function bringUp(lab: Deployment, options: DeployOptions): Promise<void> {
  const { engine, subject, release, topology } = options;
  // One failure ends all that runs beside it.
  const failed = new AbortController();
  const signal = AbortSignal.any([failed.signal, ...(options.signal ? [options.signal] : [])]);
  // What is waited for inside a container ends at once when that container goes.
  signal.addEventListener('abort', () => {
    engine.sweep({ [LAB]: lab.name }).catch(() => undefined);
  });
  const began = performance.now();
  const timed = async (what: string, work: Promise<void>): Promise<void> => {
    try {
      await work;
    } catch (error) {
      failed.abort(error);
      throw error;
    }
    options.onProgress?.(`${what} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
  };

  await engine.createNetwork({
    name: networkName(lab.name),
    labels: {
      ...labLabels(lab.name, thisProcess()),
      ...networkLabels(subject.shape.name, topology, new Date()),
    },
  });
  const specs = infrastructureSpecs(lab, BASE_VHOST);
  const secretsFile = {
    path: SECRETS_FILE,
    content: JSON.stringify(lab.secrets),
    mode: 0o600,
  };
  const haproxy = timed(
    'HAProxy is up',
    lab.startInfrastructure(
      'haproxy',
      { ...specs.haproxy, files: [...specs.haproxy.files, secretsFile] },
      signal,
    ),
  );
  const rabbitmq = timed(
    'RabbitMQ is up',
    lab.startInfrastructure('rabbitmq', specs.rabbitmq, signal),
  );
  const mysql = timed(
    'MySQL is up',
    lab.startInfrastructure('mysql', specs.mysql, signal),
  );
  const keystone = mysql
    .then(() =>
      timed('Keystone is up', lab.startInfrastructure('keystone', specs.keystone, signal)),
    )
    .then(() => timed('Keystone is seeded', seed(lab)));
  const schema = mysql.then(() =>
    timed(`schema of ${release.series} is there`, lab.migrate(release, BASE_VHOST, signal)),
  );
  const services = Promise.all([schema, rabbitmq]).then(() =>
    Promise.all(
      lab.instances.map((instance) => lab.startService(instance, release, BASE_VHOST, signal)),
    ),
  );
  // All have ended before the first failure is thrown: nothing is still starting then.
  await Promise.allSettled([services, keystone, haproxy]);
  if (failed.signal.aborted) throw failed.signal.reason;
  const startedAt = await services;
  await Promise.all(
    lab.instances.map(async (instance, index) => {
      const since = startedAt[index] ?? 0;
      await timed(
        `${instanceName(instance)} serves ${release.series}`,
        lab.awaitServing(instance, release, { vhost: BASE_VHOST, startedAt: since, signal }).then(() => undefined),
      );
    }),
  );
}

function seed({ keystone, secrets, subject }: Deployment): Promise<void> {
  return ensureIdentity(keystone, administrator(secrets), subject.identity(secrets));
}
