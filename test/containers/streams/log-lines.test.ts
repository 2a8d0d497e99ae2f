import test from 'ava';
import { LastLines } from '../../../src/containers/start/last-lines.ts';
import { parseLogLine } from '../../../src/containers/streams/log-lines.ts';

test('a line has its time and its text', (t) => {
  const time = '2026-01-01T00:00:00.000000001Z';
  t.deepEqual(parseLogLine(`${time} INFO a  b \r`), { time, text: 'INFO a  b ' });
  t.deepEqual(parseLogLine(`${time} `), { time, text: '' });
  t.deepEqual(parseLogLine(time), { time, text: '' });
});

test('only the last lines are kept, whatever chunks they arrive in', (t) => {
  const lines = new LastLines(2);
  for (const piece of ['on', 'e\ntwo\n\nth', 'ree', '\nfour']) lines.add(piece);
  t.deepEqual(lines.lines(), ['three', 'four']);
});
