import test from 'ava';
import { addressInWords, besideHost, besideOf, besideUrl } from '../../src/watch/beside/beside.ts';

test('an address beside the API has a name, and is shown without a secret', (t) => {
  const all = besideOf({
    http: [besideUrl('http://203.0.113.10/x?token=secret')],
    ping: [besideHost('server.example'), besideHost('2001:db8::1')],
  });
  t.deepEqual(
    all.map((one) => [one.name, addressInWords(one)]),
    [
      ['http-1', 'http://203.0.113.10/x'],
      ['ping-1', 'ping server.example'],
      ['ping-2', 'ping 2001:db8::1'],
    ],
  );
});

for (const text of ['', '-f', 'a b', 'http://a/', 'a:80', 'a..b', 'a;reboot', 'x'.repeat(64)]) {
  test(`${JSON.stringify(text)} is no host to ping`, (t) => {
    t.throws(() => besideHost(text), { code: 'invalid-option' });
  });
}
