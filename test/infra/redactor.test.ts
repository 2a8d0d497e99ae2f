import test from 'ava';
import { Redactor } from '../../src/infra/redactor.ts';
import { drawSecrets } from '../../src/infra/secrets.ts';

const secrets = drawSecrets();
const redactor = new Redactor(secrets);
const TOKEN = `gAAAAABm${'xY-_9'.repeat(30)}==`;

for (const [kind, secret] of Object.entries(secrets)) {
  test(`the lab's own ${kind} is removed wherever it appears`, (t) => {
    t.is(redactor.redact(`a ${secret} b`), 'a *** b');
    t.is(redactor.redact(`mysql://u:${secret}@h/${secret}`), 'mysql://u:***@h/***');
    t.is(redactor.redact(`cut off: ${secret.slice(0, 12)}`), 'cut off: ***');
    t.is(redactor.redact(`x${secret}${secret}y`), 'x***');
  });
}

for (const [what, text, redacted] of [
  ['a token', `token ${TOKEN}, refused`, 'token ***, refused'],
  ['a token that was cut off', `no ${TOKEN.slice(0, 9)}`, 'no ***'],
  ['a token in a URL', `/?t=${encodeURIComponent(TOKEN)}&x=1`, '/?t=***&x=1'],
  ['a header', 'X-Auth-Token: abcdef0123', 'X-Auth-Token: ***'],
  [
    'a header in Python',
    "{'X-Subject-Token': b'abc', 'a': 1}",
    "{'X-Subject-Token': b'***', 'a': 1}",
  ],
  ['another header', 'Authorization: Basic cm9sbDpnYXRl', 'Authorization: Basic ***'],
  ['an option', 'password=hunter2 user=heat', 'password=*** user=heat'],
  ['JSON', '{"password": "hunter2","a":1}', '{"password": "***","a":1}'],
  [
    'JSON within JSON',
    String.raw`"{\"password\": \"hunter2\"}"`,
    String.raw`"{\"password\": \"***\"}"`,
  ],
  [
    'an option of two words',
    'stack_domain_admin_password = hunter2',
    'stack_domain_admin_password = ***',
  ],
  [
    'the signature of an address that is signed',
    '/v1/waitcondition/arn?SignatureMethod=HmacSHA256&Signature=4gj%3D&Timestamp=1',
    '/v1/waitcondition/arn?SignatureMethod=HmacSHA256&Signature=***&Timestamp=1',
  ],
  ['a key', 'auth_encryption_key = hunter2', 'auth_encryption_key = ***'],
  [
    'the user of a URL',
    'rabbit://heat:hunter2@rabbitmq:5672/x',
    'rabbit://heat:***@rabbitmq:5672/x',
  ],
] as const) {
  test(`${what} is masked, and the text around it stays`, (t) => {
    t.is(redactor.redact(text), redacted);
    t.is(redactor.redact(redacted), redacted);
    t.true(redactor.suspects(JSON.stringify({ text })));
  });
}

for (const text of [
  'http://127.0.0.1:8004/v1/3ab5/stacks',
  'Invalid token',
  'The secret was not found:\n  File "/usr/lib/python3"',
  'req-6f0b1c1e-7c56-4d5e-9bd1-0c5b6c1d8a11 [None a@b.c]',
]) {
  test(`text without a secret stays: ${JSON.stringify(text)}`, (t) => {
    t.is(redactor.redact(text), text);
  });
}

test('a text without any sign of a secret takes a few microseconds of CPU', (t) => {
  const line = JSON.stringify({ type: 'request', at: 1234.5, id: 'req-0', body: 'x:1'.repeat(80) });
  const before = process.cpuUsage();
  for (let turn = 0; turn < 20_000; turn += 1) redactor.suspects(line);
  const microseconds = process.cpuUsage(before).user / 20_000;
  t.log(`${microseconds.toFixed(2)} µs for ${line.length} characters`);
  t.true(microseconds < 50);
});
