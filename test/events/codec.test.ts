import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { RollgateError } from '../../src/errors.ts';
import { encodeEvent, parseEvents, readRun, readStarted } from '../../src/events/codec.ts';
import type { RunEvent } from '../../src/events/event.ts';

const started: RunEvent = { type: 'step-started', at: 12.5, step: '2.1' };
const note: RunEvent = { type: 'step-note', at: 13, step: '2.1', text: 'two\nlines' };

test('an event is one line, and is read back unchanged', (t) => {
  const text = encodeEvent(started) + encodeEvent(note);
  t.is(text.split('\n').length, 3);
  t.deepEqual(parseEvents(text, 'events.ndjson'), [started, note]);
});

test('empty lines are no events', (t) => {
  t.deepEqual(parseEvents(`\n${encodeEvent(started)}\n`, 'events.ndjson'), [started]);
});

test('an incomplete last line, as a killed writer leaves it, is dropped', (t) => {
  t.deepEqual(parseEvents(`${encodeEvent(started)}{"type":"st`, 'events.ndjson'), [started]);
});

test('a broken line before the end is an error with its line number', (t) => {
  const text = `${encodeEvent(started)}{"type":"st\n${encodeEvent(note)}`;
  const error = t.throws(() => parseEvents(text, 'run/events.ndjson'), {
    instanceOf: RollgateError,
  });
  t.is(error.code, 'invalid-events');
  t.is(error.kind, 'usage');
  t.deepEqual(error.place, { file: 'run/events.ndjson', line: 2 });
  t.regex(error.message, /not JSON/);
});

test('an event of an unknown type or form is an error that names the problem', (t) => {
  const unknown = t.throws(() => parseEvents('{"type":"party"}\n', 'e'), {
    instanceOf: RollgateError,
  });
  t.regex(unknown.message, /type/);
  const misformed = t.throws(() => parseEvents('{"type":"step-started","at":"soon"}\n', 'e'), {
    instanceOf: RollgateError,
  });
  t.regex(misformed.message, /at: .*; step: /);
});

test("a run's events are read from its folder", async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'rollgate-codec-'));
  t.teardown(() => rm(directory, { recursive: true }));
  await writeFile(join(directory, 'events.ndjson'), encodeEvent(started));
  t.deepEqual(await readStarted(directory), [started]);
  const error = await t.throwsAsync(readRun(directory), { instanceOf: RollgateError });
  t.regex(error.message, /events\.ndjson does not begin with run-started: it holds no run$/);
});

test('a folder without events is an error that names the file', async (t) => {
  const error = await t.throwsAsync(readRun('/nowhere'), { instanceOf: RollgateError });
  t.is(error.code, 'no-run');
  t.regex(error.message, /\/nowhere\/events\.ndjson/);
});
