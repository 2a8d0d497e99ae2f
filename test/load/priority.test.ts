import test from 'ava';
import { measureFirst } from '../../src/load/priority.ts';

function system(priority: number, refuse = false) {
  const priorities: number[] = [];
  return {
    priorities,
    get: () => priorities.at(-1) ?? priority,
    set: (next: number) => {
      if (refuse) throw Object.assign(new Error('EACCES'), { code: 'ERR_SYSTEM_ERROR' });
      priorities.push(next);
    },
  };
}

test('the process has a higher priority only while it measures', (t) => {
  const machine = system(0);
  const done = measureFirst(machine);
  t.deepEqual(machine.priorities, [-14]);
  done();
  t.deepEqual(machine.priorities, [-14, 0]);
});

test('without the right to a higher priority, the measurement continues', (t) => {
  const machine = system(5, true);
  measureFirst(machine)();
  t.deepEqual(machine.priorities, []);
});

test('a process with the highest priority keeps it', (t) => {
  const machine = system(-20);
  measureFirst(machine)();
  t.deepEqual(machine.priorities, []);
});
