import test from 'ava';
import { Lab } from '../../src/index.ts';
import { SERVER_HEADER } from '../../src/infra/haproxy.ts';
import { systemClock } from '../../src/load/clock.ts';
import { createHttpClient } from '../../src/load/http/http-client.ts';
import type { Connection } from '../../src/load/http/request.ts';
import { countOf } from './count.ts';

const AT_ONCE = 8;

// The lab's own HTTP path is clean, so that a loss in a run is the subject's.
test('a lab that swaps nothing loses nothing in 2,000 requests, over new and kept connections', async (t) => {
  await using lab = await Lab.start({ series: '2026.1', topology: '2x2' });
  for (const connection of ['new', 'reused'] as const) {
    const answers = await ask(lab, connection, 1000);
    t.deepEqual(countOf(answers.map(({ outcome }) => outcome)), { served: 1000 }, connection);
    const servers = countOf(answers.map(({ server }) => server ?? 'none'));
    t.deepEqual(Object.keys(servers).sort(), ['node1/heat-api', 'node2/heat-api']);
  }
});

/** Lists stacks so many times, eight at a time, through HAProxy. */
async function ask(lab: Lab, connection: Connection, count: number) {
  const { probes } = await lab.deployment.subject.load(lab.deployment);
  const list = probes['list'];
  if (list === undefined) throw new Error('no probe named list');
  await using client = createHttpClient({
    origin: lab.endpoint(),
    connection,
    timeoutMs: 30_000,
    clock: systemClock,
    serverHeader: SERVER_HEADER,
  });
  let left = count;
  const worker = async () => {
    const answers = [];
    while (left > 0) {
      left -= 1;
      answers.push(await client.send(list.request()));
    }
    return answers;
  };
  return (await Promise.all(Array.from({ length: AT_ONCE }, worker))).flat();
}
