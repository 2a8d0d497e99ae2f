import test from 'ava';
import { parseContainerEvent } from '../../../src/containers/docker/events.ts';

/** As Docker 20.10 writes it, without the fields that are not read. */
function line(action: string, attributes: Readonly<Record<string, string>> = {}): string {
  const Attributes = { name: 'rollgate-x-mysql', 'rollgate.lab': 'x', ...attributes };
  return JSON.stringify({
    status: action,
    Type: 'container',
    Action: action,
    Actor: { ID: '1', Attributes },
    timeNano: 1_800_000_000_000_250_000,
  });
}

for (const [action, attributes, change] of [
  ['start', {}, { kind: 'started' }],
  ['pause', {}, { kind: 'paused' }],
  ['unpause', {}, { kind: 'resumed' }],
  ['oom', {}, { kind: 'out-of-memory' }],
  ['kill', { signal: '15' }, { kind: 'killed', signal: 15 }],
  ['die', { exitCode: '137' }, { kind: 'exited', exitCode: 137 }],
] as const) {
  test(`the engine’s ${action} is ${change.kind}`, (t) => {
    t.deepEqual(parseContainerEvent(line(action, attributes)), {
      name: 'rollgate-x-mysql',
      labels: { 'rollgate.lab': 'x' },
      time: 1_800_000_000_000.25,
      change,
    });
  });
}

test('unwanted records give no event', (t) => {
  t.is(parseContainerEvent(line('exec_start: mariadb')), undefined);
  t.is(parseContainerEvent(''), undefined);
});
