import { cpus } from 'node:os';
import test from 'ava';
import { OUTCOMES } from '../../src/events/families/request.ts';
import { CONNECTIONS, faultsOf, tryDisruptions } from '../load/disruption-trial.ts';
import type { TrialResult } from '../load/disruption-trial.ts';

const LENGTHS_MS = [50, 50, 50, 200, 200, 1000, 1000, 5000];
const results: TrialResult[] = [];

for (const failure of OUTCOMES.filter(
  (outcome) => outcome !== 'served' && outcome !== 'client-failed',
)) {
  test.serial(
    `${failure}: intervals of 50 ms to 5 s are found, their ends within one inter-arrival`,
    async (t) => {
      // A handshake of TLS takes 20 ms of a slow core.
      const result = await tryDisruptions({
        failure,
        rate: failure === 'tls' ? 10 : 100,
        timeoutMs: failure === 'timeout' ? 1500 : 10_000,
        lengths: failure === 'tls' ? LENGTHS_MS.filter((length) => length > 50) : LENGTHS_MS,
        servedBetween: failure === 'tls' ? 5 : 30,
      });
      results.push(result);
      t.deepEqual(faultsOf(result), []);
      t.true(result.sightings.length > 0);
    },
  );
}

test.serial('ten minutes of service show no disruption', async (t) => {
  const result = await tryDisruptions({
    failure: '5xx-service',
    rate: 100,
    timeoutMs: 10_000,
    lengths: [],
    servedBetween: 100 * 600,
  });
  t.deepEqual([result.wrong, result.missed, result.sightings], [[], [], []]);
  t.true(result.requests >= 2 * 100 * 590);
  t.log(`${result.requests} requests, no disruption`);
});

test.after.always((t) => {
  t.log(`${cpus().length} cores of ${cpus()[0]?.model ?? 'an unknown kind'}\n${figure()}`);
});

/** The largest errors of both ends by class and connection, as a table of Markdown. */
function figure(): string {
  const rows = results.flatMap(({ failure, periodMs, sightings, missed }) =>
    CONNECTIONS.map((connection) => {
      const own = sightings.filter((one) => one.connection === connection);
      const ends = own.flatMap((one) => [one.fromErrorMs, one.toErrorMs]);
      const within = ends.filter((error) => Math.abs(error) <= periodMs).length;
      const largest = (key: 'fromErrorMs' | 'toErrorMs'): string =>
        signed(own.map((one) => one[key]).toSorted((a, b) => Math.abs(b) - Math.abs(a))[0]);
      const way = Math.max(0, ...own.flatMap((one) => [one.fromWayMs, one.toWayMs]));
      const found = `${own.length} of ${own.length + missed.filter((one) => one.connection === connection).length}`;
      return `| ${[failure, connection, found, periodMs, largest('fromErrorMs'), largest('toErrorMs'), `${within} of ${ends.length}`, way.toFixed(1)].join(' | ')} |`;
    }),
  );
  return [
    '| class | connection | found | period, ms | beginning off by, ms | end off by, ms | ends within one period | longest way at an end, ms |',
    '|---|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function signed(value: number | undefined): string {
  return value === undefined ? '–' : `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`;
}
