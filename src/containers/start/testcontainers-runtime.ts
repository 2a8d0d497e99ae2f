import type Docker from 'dockerode';
import { getContainerRuntimeClient } from 'testcontainers';
import { messageOf, RollgateError } from '../../errors.ts';
import { engineAddress } from '../docker.ts';
import { withSilenceEnded } from '../docker/lost-engine.ts';

const HOST_OVERRIDE = 'TESTCONTAINERS_HOST_OVERRIDE';

/**
 * Has testcontainers look up its container engine, once in a process, and makes sure that it is
 * the one that rollgate uses.
 *
 * The setting says that published ports are on loopback, which holds for all that rollgate starts.
 * Without it, a file `/.dockerenv` makes testcontainers ask the default bridge for its gateway.
 * Where that names none (Docker 20.10 until its second start), it fetches an image that looks for
 * one (testcontainers, container-runtime/utils/resolve-host).
 *
 * Its requests end like rollgate's own if the engine goes silent: a start would last for ever.
 *
 * @throws RollgateError `engines-differ`, `engine-unreachable`.
 */
export async function checkTestcontainersRuntime(docker: Docker): Promise<void> {
  const runtime = await lookUp();
  withSilenceEnded(runtime.container.dockerode, engineAddress());
  const [ours, theirs] = await Promise.all([idOf(docker), idOf(runtime.container.dockerode)]);
  if (ours === theirs) return;
  throw new RollgateError(
    'engines-differ',
    `testcontainers found another container engine than the one at ${engineAddress()}`,
    {
      kind: 'usage',
      hint: 'Take tc.host and docker.host out of ~/.testcontainers.properties, or set DOCKER_HOST to the engine that both shall use',
    },
  );
}

async function lookUp(): ReturnType<typeof getContainerRuntimeClient> {
  const before = process.env[HOST_OVERRIDE];
  process.env[HOST_OVERRIDE] = before ?? '127.0.0.1';
  try {
    return await getContainerRuntimeClient();
  } catch (cause) {
    throw new RollgateError(
      'engine-unreachable',
      `testcontainers found no container engine: ${messageOf(cause)}`,
      {
        hint: `rollgate uses the one at ${engineAddress()}; set DOCKER_HOST to it`,
        cause,
      },
    );
  } finally {
    if (before === undefined) Reflect.deleteProperty(process.env, HOST_OVERRIDE);
  }
}

async function idOf(docker: Docker): Promise<string> {
  const { ID }: { readonly ID: string } = await docker.info();
  return ID;
}
