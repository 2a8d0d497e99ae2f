import test from 'ava';
import { instanceName } from '../../../src/scenario/topology/topology.ts';
import { turnsOf, type Turn } from '../../../src/watch/drive/turns.ts';
import { planned } from '../../plan/planned.ts';

/** A line for a turn: what is done, what it takes away, which APIs the load has to meet then. */
function inWords(turn: Turn): string {
  if (turn.kind === 'hold') return turn.name;
  const deeds = turn.deeds.map(({ kind, node, service }) =>
    [kind, node === undefined ? service : `${node}/${service}`].filter(Boolean).join(' '),
  );
  return [
    deeds.join(' + '),
    ...turn.away.map((kind) => `no ${kind}`),
    ...turn.meets.map((one) => `meets ${instanceName(one)}`),
  ].join('; ');
}

test('a deployer is asked for each step of the roll; the gate itself does the steps of the load', async (t) => {
  const turns = turnsOf(await planned({ choreography: 'guide' }));
  t.deepEqual(turns.map(inWords), [
    'let the load run for 12 s',
    'db-sync',
    'create-vhost',
    'swap node1/heat-engine',
    'swap node1/heat-api; meets node1/heat-api',
    'let the load run for 5 s',
    'swap node2/heat-api; meets node2/heat-api',
    'quiesce',
    'swap node2/heat-engine',
  ]);
});

test('a step’s whole description is passed to the driver', async (t) => {
  const turns = turnsOf(await planned({ choreography: 'guide' }));
  const [swap] = turns.flatMap((turn) =>
    turn.kind === 'deeds' ? turn.deeds.filter(({ kind }) => kind === 'swap') : [],
  );
  t.like(swap, {
    step: '4.1',
    node: 'node1',
    service: 'heat-engine',
    side: 'target',
    vhost: 'heat-2026.1',
    release: { series: '2026.1' },
  });
});

test('after the plan stops a service, there is no wait until it is back', async (t) => {
  const lines = turnsOf(await planned({ choreography: 'cold' })).map(inWords);
  const stopped = lines.findIndex((line) => line.includes('no heat-api'));
  const back = lines.findLastIndex((line) => line.includes('no heat-'));
  t.true(stopped > 0, lines.join('\n'));
  t.true(back >= stopped && back < lines.length - 1, lines.join('\n'));
  t.regex(lines.at(-1) ?? '', /^start/, lines.join('\n'));
});

test('the gate waits for an API out of rotation only when it is back', async (t) => {
  const lines = turnsOf(await planned({ choreography: 'gentle' })).map(inWords);
  t.true(
    lines
      .filter((line) => /^(drain|swap) node1\/heat-api/.test(line))
      .every((line) => !line.includes('meets')),
    lines.join('\n'),
  );
  t.true(lines.includes('undrain node1/heat-api; meets node1/heat-api'), lines.join('\n'));
});

test('an engine that was started next to another serves in its place', async (t) => {
  const lines = turnsOf(await planned({ choreography: 'gentle' })).map(inWords);
  t.is(lines.at(-1), 'stop node1/heat-engine + stop node2/heat-engine', lines.join('\n'));
});

test('a step that only a lab can take is refused before the deployer is asked', async (t) => {
  const plan = await planned({
    choreography: 'guide',
    checkpoints: { after: [{ check: 'burst', stacks: 1 }] },
  });
  t.throws(() => turnsOf(plan), { code: 'not-drivable', message: /takes a lab/ });
});
