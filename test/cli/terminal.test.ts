import test from 'ava';
import { terminalOf } from '../../src/cli/terminal.ts';

const both = { stdoutIsTTY: true, stderrIsTTY: true };
const neither = { stdoutIsTTY: false, stderrIsTTY: false };

test('a terminal gets colour and redrawn progress', (t) => {
  t.deepEqual(terminalOf({}, both), { color: true, isTTY: true });
});

test('files and pipes get neither', (t) => {
  t.deepEqual(terminalOf({}, neither), { color: false, isTTY: false });
  t.false(terminalOf({}, { ...both, stdoutIsTTY: false }).color);
});

test('a CI gets neither, whatever its terminal', (t) => {
  t.deepEqual(terminalOf({ CI: 'true' }, both), { color: false, isTTY: false });
});

test('NO_COLOR turns colour off, FORCE_COLOR on, NO_COLOR wins', (t) => {
  t.false(terminalOf({ NO_COLOR: '1' }, both).color);
  t.true(terminalOf({ FORCE_COLOR: '1' }, neither).color);
  t.true(terminalOf({ FORCE_COLOR: '1', CI: 'true' }, neither).color);
  t.false(terminalOf({ FORCE_COLOR: '0' }, both).color);
  t.false(terminalOf({ FORCE_COLOR: '1', NO_COLOR: '1' }, both).color);
});
