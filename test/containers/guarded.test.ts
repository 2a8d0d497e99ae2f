import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import type Docker from 'dockerode';
import { parse } from 'yaml';
import { z } from 'zod';
import { runInNetworkOf } from '../../src/containers/docker/network-tool.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const filesOf = (pattern: string): readonly string[] => globSync(pattern, { cwd: ROOT }).sort();
const textOf = (file: string): string => readFileSync(`${ROOT}/${file}`, 'utf8');

/** Settings of Docker's API that would give a container access to the machine. */
const MORE =
  /\b(Privileged|withPrivilegedMode|Binds|withBindMounts|PidMode|IpcMode|UsernsMode|SecurityOpt|DeviceRequests|withAddedCapabilities)\b|Type: 'bind'|NetworkMode: 'host'/;

test('no container is privileged, mounts a folder of the machine or shares its processes', (t) => {
  t.regex(`HostConfig: { Privileged: true }`, MORE);
  t.regex(`{ Type: 'bind', Source: '/' }`, MORE);
  for (const file of filesOf('src/**/*.ts')) t.notRegex(textOf(file), MORE, file);
});

test('one short-lived container gets one capability, for the network of another', async (t) => {
  const capable = filesOf('src/**/*.ts').filter((file) => /\bCapAdd\b/.test(textOf(file)));
  t.deepEqual(capable, ['src/containers/docker/network-tool.ts']);
  const asked: unknown[] = [];
  let removed = 0;
  const docker = {
    createContainer: (options: { readonly HostConfig?: unknown }) => {
      asked.push(options.HostConfig);
      return Promise.resolve({
        start: () => Promise.resolve(),
        wait: () => Promise.resolve({ StatusCode: 0 }),
        logs: () => Promise.resolve(Buffer.from('')),
        remove: () => Promise.resolve((removed += 1)),
      });
    },
  } as unknown as Docker;
  await runInNetworkOf(docker, 'a', { image: 'i', script: 'true', labels: {} });
  t.deepEqual(asked, [{ NetworkMode: 'container:a', CapAdd: ['NET_ADMIN'] }]);
  t.is(removed, 1);
});

test('ports are published only on loopback', (t) => {
  for (const file of filesOf('src/**/*.ts')) {
    for (const [, address] of textOf(file).matchAll(/HostIp: '([^']*)'/g)) {
      t.is(address, '127.0.0.1', file);
    }
    for (const [, where = ''] of textOf(file).matchAll(/\.listen\(([^)]*)\)/g)) {
      t.regex(where, /127\.0\.0\.1|LOOPBACK|^socket$/, file);
    }
  }
});

const composeSchema = z.object({
  services: z.record(
    z.string(),
    z.looseObject({
      ports: z.array(z.string()).optional(),
      volumes: z.array(z.unknown()).optional(),
    }),
  ),
});

test('the Compose files publish only on loopback, and give containers no access to the machine', (t) => {
  const files = filesOf('compose/*.y*ml');
  t.true(files.length > 0);
  for (const file of files) {
    const { services } = composeSchema.parse(parse(textOf(file)));
    for (const [name, service] of Object.entries(services)) {
      for (const port of service.ports ?? []) t.regex(port, /^127\.0\.0\.1:/, `${file} ${name}`);
      for (const key of [
        'privileged',
        'cap_add',
        'network_mode',
        'pid',
        'devices',
        'security_opt',
      ]) {
        t.false(key in service, `${file} ${name} ${key}`);
      }
      for (const volume of service.volumes ?? []) t.notRegex(String(volume), /^[./~]/, file);
    }
  }
});

test('the socket of the container engine is in no image and in no container', (t) => {
  for (const file of filesOf('{images,lab}/**/*')) {
    if (/\.(png|gz)$/.test(file)) continue;
    try {
      t.notRegex(textOf(file), /docker\.sock/, file);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EISDIR')) throw error;
    }
  }
});
