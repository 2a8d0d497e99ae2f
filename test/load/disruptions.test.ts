import test from 'ava';
import { OUTCOMES } from '../../src/events/families/request.ts';
import { faultsOf, tryDisruptions } from './disruption-trial.ts';

// The same at 100 requests per second and up to 5 s: test/soak/disruptions.test.ts.
for (const failure of OUTCOMES.filter(
  (outcome) => outcome !== 'served' && outcome !== 'client-failed',
)) {
  test.serial(`${failure}: the intervals in which a server failed are found`, async (t) => {
    // A handshake of TLS takes 20 ms of a slow core.
    const tls = failure === 'tls';
    const result = await tryDisruptions({
      failure,
      rate: tls ? 10 : 50,
      timeoutMs: failure === 'timeout' ? 1500 : 10_000,
      lengths: tls ? [400] : [50, 300],
      servedBetween: tls ? 2 : 5,
    });
    t.deepEqual(faultsOf(result), []);
    t.true(result.sightings.length > 0);
  });
}

test.serial(
  'an api that is stopped for 0.8 s under a probe each 0.2 s is 0.8 s, give or take one',
  async (t) => {
    const result = await tryDisruptions({
      failure: 'connect-refused',
      rate: 5,
      timeoutMs: 10_000,
      lengths: [800, 800],
      servedBetween: 3,
    });
    t.deepEqual(faultsOf(result), []);
    // Over a new and over a kept connection.
    t.is(result.sightings.length, 4);
  },
);
