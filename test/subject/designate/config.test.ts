import test from 'ava';
import { parse } from 'yaml';
import { drawSecrets } from '../../../src/infra/secrets.ts';
import { designateConf } from '../../../src/subject/designate/service/config.ts';
import { poolsYaml } from '../../../src/subject/designate/service/pool.ts';

const instance = {
  node: 'node1',
  kind: 'designate-worker',
  service: 'designate-worker.2',
  role: 'engine',
} as const;

test('designate: a second worker of a node has its own name', (t) => {
  const text = designateConf(drawSecrets(), { servers: {}, vhost: 'designate', instance });
  t.regex(text, /^host = node1-2$/m);
  t.regex(text, /^processname = designate-worker\.2$/m);
});

test('designate: a scenario’s own options win', (t) => {
  const config = { 'service:worker': { poll_max_retries: 3 } };
  const text = designateConf(drawSecrets(), { servers: {}, vhost: 'designate', instance, config });
  t.regex(text, /^poll_max_retries = 3$/m);
  t.notRegex(text, /^poll_max_retries = 2$/m);
});

test('designate: workers send notifications and queries to one address', (t) => {
  const server = { host: '172.18.0.5', port: 5354 };
  t.like(parse(poolsYaml('172.18.0.5')), [
    { nameservers: [server], targets: [{ type: 'fake', masters: [server], options: server }] },
  ]);
});
