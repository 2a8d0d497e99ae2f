import test from 'ava';
import { Gate } from '../../src/load/gate.ts';

/** Those that wait at a gate; `passed` has them in the order in which they resumed. */
function waiting(gate: Gate, names: readonly string[]) {
  const passed: string[] = [];
  const all = names.map((name) => gate.pass().then(() => passed.push(name)));
  return { passed, all: Promise.all(all) };
}

test('waiters resume in the order of their arrival, one for each pause', async (t) => {
  const gate = new Gate();
  const { passed, all } = waiting(gate, ['a', 'b', 'c']);
  const seen: string[] = [];
  await gate.openSlowly(async () => {
    // All that could go on by now did.
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    seen.push(passed.join(''));
  });
  await all;
  t.deepEqual(seen, ['a', 'ab', 'abc']);
});

test('arrivals during the opening do not wait, so the opening ends however many arrive', async (t) => {
  const gate = new Gate();
  const first = waiting(gate, ['a', 'b']);
  let pauses = 0;
  await gate.openSlowly(async () => {
    pauses += 1;
    await waiting(gate, ['late']).all;
  });
  await first.all;
  await gate.pass();
  t.is(pauses, 2);
});

test('it opens at once for those that would still wait', async (t) => {
  const gate = new Gate();
  const { passed, all } = waiting(gate, ['a', 'b', 'c']);
  const slowly = gate.openSlowly(() => new Promise(() => undefined));
  gate.open();
  await all;
  t.deepEqual(passed, ['a', 'b', 'c']);
  void slowly;
});
