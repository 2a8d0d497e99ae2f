import test from 'ava';
import { drawSecrets } from '../../../src/infra/secrets.ts';
import { ironicConf } from '../../../src/subject/ironic/service/config.ts';
import { subjectNamed } from '../../../src/subject/registry.ts';

const instance = {
  node: 'node1',
  kind: 'ironic-conductor',
  service: 'ironic-conductor.2',
  role: 'engine',
} as const;

test('ironic: a second conductor of a node has its own name', (t) => {
  const text = ironicConf(drawSecrets(), { servers: {}, vhost: 'ironic', instance });
  t.regex(text, /^host = node1-2$/m);
  t.regex(text, /^processname = ironic-conductor\.2$/m);
});

test('ironic: over JSON-RPC a conductor’s host is the address at which APIs find it', (t) => {
  const servers = { transport: 'json-rpc' } as const;
  const text = ironicConf(drawSecrets(), { servers, vhost: 'ironic', instance });
  t.regex(text, /^host = node1-ironic-conductor-2$/m);
  t.regex(text, /^rpc_transport = json-rpc$/m);
  // The API logs in as Ironic's own user.
  t.regex(text, /^\[json_rpc\]\nauth_url = http:\/\/keystone:5000\nauth_type = password$/m);
});

test('ironic: without JSON-RPC no service has its options', (t) => {
  const text = ironicConf(drawSecrets(), { servers: {}, vhost: 'ironic', instance });
  t.notRegex(text, /json.rpc/);
});

test('ironic: a scenario’s own options win', (t) => {
  const config = { conductor: { heartbeat_timeout: 99 } };
  const text = ironicConf(drawSecrets(), { servers: {}, vhost: 'ironic', instance, config });
  t.regex(text, /^heartbeat_timeout = 99$/m);
});

test('ironic: a pin is an option of every service', (t) => {
  const config = subjectNamed('ironic').pin?.('2025.1') ?? {};
  const text = ironicConf(drawSecrets(), { servers: {}, vhost: 'ironic', instance, config });
  t.regex(text, /^\[DEFAULT\]\n(?:.+\n)*pin_release_version = 2025\.1$/m);
});
