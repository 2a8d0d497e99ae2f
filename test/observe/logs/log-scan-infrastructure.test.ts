import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import test from 'ava';
import { LAB_DIRECTORY } from '../../../src/document/lab-files.ts';
import type { EventOf } from '../../../src/events/event.ts';
import { scanLog } from '../../../src/observe/logs/log-scan.ts';
import { parseSignatures } from '../../../src/observe/logs/signatures.ts';

const FILE = join(LAB_DIRECTORY, 'signatures', 'infrastructure.yaml');
const signatures = parseSignatures(readFileSync(FILE, 'utf8'), FILE);

async function scan(service: string, texts: readonly string[]) {
  const findings: EventOf<'log-finding'>[] = [];
  await scanLog({
    lines: Readable.from(texts.map((text) => ({ time: '2026-01-01T00:00:00Z', text }))),
    node: 'infrastructure',
    service,
    version: '1',
    signatures,
    runStartedAt: 0,
    emit: (event) => {
      if (event.type === 'log-finding') findings.push(event);
    },
  });
  return findings;
}

const RABBIT = '2026-01-01 00:00:00.123456+00:00';
const ESC = String.fromCodePoint(27);

test('an error of RabbitMQ is one finding with all its lines, without their colours', async (t) => {
  const [finding, ...rest] = await scan('rabbitmq', [
    `${ESC}[38;5;160m${RABBIT} [error] <0.838.0> Channel error on connection <0.831.0>:${ESC}[0m`,
    `${ESC}[38;5;160m${RABBIT} [error] <0.838.0> operation queue.declare caused a channel exception${ESC}[0m`,
    `${RABBIT} [info] <0.9.0> accepting AMQP connection 1 -> 2`,
  ]);
  t.deepEqual(rest, []);
  t.is(finding?.severity, 'error');
  t.regex(finding?.title ?? '', /^rabbitmq: Channel error on connection <N>:/);
  t.regex(finding?.sample ?? '', /operation queue.declare caused a channel exception/);
});

test('errors of RabbitMQ with different messages are different findings', async (t) => {
  const found = await scan('rabbitmq', [
    `${RABBIT} [error] <0.1.0> one thing`,
    `${RABBIT} [error] <0.2.0> another thing`,
  ]);
  t.is(new Set(found.map(({ signature }) => signature)).size, 2);
});

for (const [service, line, signature, severity] of [
  [
    'rabbitmq',
    `${RABBIT} [warning] <0.1.0> disk resource limit alarm set on node`,
    'broker-alarm',
    'error',
  ],
  [
    'mysql',
    '2026-01-01  0:00:10 7 [Warning] Aborted connection 7 to db: heat',
    'database-connection-dropped',
    'harmless',
  ],
  [
    'keystone',
    '[pid: 30|app: 0|req: 9/9] 172.30.0.7 () {32 vars in 673 bytes} [Tue Dec  1 12:58:29 2026] DELETE /v3/OS-TRUST/trusts/1f96d89a3a17416bb057b43cdae42cf7 => generated 109 bytes in 147 msecs (HTTP/1.1 401) 6 headers in 245 bytes (1 switches on core 0)',
    'trust-deletion-refused',
    'warning',
  ],
  ['mysql', '260101 10:00:00 [ERROR] mariadbd got signal 11 ;', 'database-crashed', 'error'],
  [
    'haproxy',
    "[ALERT]    (1) : backend 'heat-api' has no server available!",
    'balancer-no-server',
    'warning',
  ],
  [
    'keystone',
    '2026-01-01 00:00:26.189 35 WARNING keystone.common.password_hashing [-] Truncating password to algorithm specific maximum length 72 characters.',
    'password-truncated',
    'harmless',
  ],
] as const) {
  test(`${service}: ${signature} is ${severity}`, async (t) => {
    const found = await scan(service, [line]);
    t.deepEqual(
      found.map((finding) => [finding.signature, finding.severity]),
      [[signature, severity]],
    );
  });
}

for (const [service, line] of [
  ['mysql', '2026-01-01  0:00:10 7 [ERROR] InnoDB: Operating system error number 28'],
  ['haproxy', '[ALERT]    (1) : Cannot fork'],
  ['keystone', '2026-01-01 00:00:26.189 35 ERROR keystone.server [-] broken'],
] as const) {
  test(`${service}: an unknown error is reported`, async (t) => {
    const found = await scan(service, [line]);
    t.deepEqual(
      found.map(({ severity }) => severity),
      ['error'],
    );
  });
}

test('unknown warnings and notes are not reported', async (t) => {
  const found = [
    ...(await scan('mysql', ['2026-01-01  0:00:10 0 [Warning] Could not increase number'])),
    ...(await scan('haproxy', ['[NOTICE]   (1) : New worker forked'])),
    ...(await scan('rabbitmq', [`${RABBIT} [notice] <0.1.0> Feature flags: enabled`])),
  ];
  t.deepEqual(found, []);
});
