import test from 'ava';
import { ansibleDriver, commandDriver, inShell } from '../../../src/watch/drive/driver.ts';

const SWAP = {
  step: '5.1',
  name: "swap node1's heat-api",
  kind: 'swap',
  node: 'node1',
  service: 'heat-api',
  side: 'target',
  release: { series: '2026.1', version: '26.0.1', image: 'x' },
  vhost: 'next',
} as const;
const SYNC = { step: '2.1', name: 'sync', kind: 'db-sync' } as const;

test('a command finds its task in its environment; unknown values are empty', (t) => {
  const { file, args, environment } = commandDriver('./step.sh').program(SWAP);
  t.deepEqual([file, ...args], ['sh', '-c', './step.sh']);
  t.deepEqual(environment, {
    ROLLGATE_STEP: '5.1',
    ROLLGATE_NAME: "swap node1's heat-api",
    ROLLGATE_KIND: 'swap',
    ROLLGATE_NODE: 'node1',
    ROLLGATE_SERVICE: 'heat-api',
    ROLLGATE_SIDE: 'target',
    ROLLGATE_RELEASE: '2026.1',
    ROLLGATE_VERSION: '26.0.1',
    ROLLGATE_VHOST: 'next',
  });
  t.is(commandDriver('x').program(SYNC).environment['ROLLGATE_NODE'], '');
});

test('a playbook gets the step as its variable gate, and the hosts of the node', (t) => {
  const driver = ansibleDriver({
    playbook: 'step.yml',
    inventory: 'hosts',
    limit: '{node}-{service}',
  });
  const { file, args } = driver.program(SWAP);
  t.deepEqual(
    [file, ...args.slice(0, 4)],
    ['ansible-playbook', '--inventory', 'hosts', '--limit', 'node1-heat-api'],
  );
  t.like(JSON.parse(args[5] ?? ''), { gate: { kind: 'swap', node: 'node1', release: '2026.1' } });
  t.is(args.at(-1), 'step.yml');
  t.false(driver.program(SYNC).args.includes('--limit'));
});

test('a program is printed as it would be typed in a shell', (t) => {
  t.is(
    inShell({ file: 'a', args: ['-b', "it's", ''], environment: {} }),
    String.raw`a -b 'it'\''s' ''`,
  );
});
