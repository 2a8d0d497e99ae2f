import { appendFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { encodeEvent } from '../../src/events/codec.ts';
import { eventStream } from '../../src/serve/event-stream.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { badRoll } from '../verdict/runs.ts';

interface Message {
  readonly type: string;
  readonly data: unknown;
}

/** The messages of a chunk. @throws if one is not an event with one line of JSON. */
function messagesOf(chunk: string): readonly Message[] {
  return chunk
    .split('\n\n')
    .filter((part) => part !== '')
    .map((part) => {
      const [, type, data] = /^event: (\S+)\ndata: (.*)$/.exec(part) ?? [];
      if (type === undefined || data === undefined) throw new Error(`no message: ${part}`);
      return { type, data: JSON.parse(data) as unknown };
    });
}

test('events are sent as they are written until the run ends, even if a line is written in two halves', async (t) => {
  const { events } = badRoll();
  const file = join(temporaryFolder(), 'events.ndjson');
  const half = Math.floor(events.length / 2);
  const cut = encodeEvent(events[half] ?? events[0] ?? t.fail('no events')).length >> 1;
  const next = events.slice(half).map(encodeEvent).join('');
  writeFileSync(file, events.slice(0, half).map(encodeEvent).join('') + next.slice(0, cut));
  const stream = eventStream(file, new AbortController().signal);
  const first = await stream.next();
  const before = messagesOf(String(first.value));
  t.is(before.at(-1)?.type, 'state');
  t.regex(String(before.at(-1)?.data), /^Under way: .*requests/);
  appendFileSync(file, next.slice(cut));
  const after: Message[] = [];
  for await (const chunk of stream) after.push(...messagesOf(chunk));
  t.is(after.at(-1)?.type, 'end');
  t.true(after.some(({ type, data }) => type === 'line' && /run completed/.test(String(data))));
});

test('an unreadable line is reported as a problem, and ends the stream', async (t) => {
  const file = join(temporaryFolder(), 'events.ndjson');
  writeFileSync(file, '{"type":"nonsense"}\n');
  const messages: Message[] = [];
  for await (const chunk of eventStream(file, new AbortController().signal)) {
    messages.push(...messagesOf(chunk));
  }
  t.deepEqual(
    messages.map(({ type }) => type),
    ['problem'],
  );
});

test('a line without an end is reported before it fills the memory', async (t) => {
  const file = join(temporaryFolder(), 'events.ndjson');
  writeFileSync(file, 'x'.repeat(17 * 2 ** 20));
  const messages: Message[] = [];
  for await (const chunk of eventStream(file, new AbortController().signal)) {
    messages.push(...messagesOf(chunk));
  }
  t.deepEqual(messages, [{ type: 'problem', data: 'a line is longer than any event' }]);
});

test('a link in place of the events is not followed', async (t) => {
  const folder = temporaryFolder();

  writeFileSync(join(folder, 'other'), badRoll().events.map(encodeEvent).join(''));
  symlinkSync(join(folder, 'other'), join(folder, 'events.ndjson'));
  const stream = eventStream(join(folder, 'events.ndjson'), new AbortController().signal);
  t.regex(String((await stream.next()).value), /^event: problem\n.*symbolic link/);
});

test('a stream ends when its reader has gone', async (t) => {
  const { events } = badRoll();
  const file = join(temporaryFolder(), 'events.ndjson');
  writeFileSync(file, events.slice(0, 5).map(encodeEvent).join(''));

  const gone = new AbortController();
  const stream = eventStream(file, gone.signal);
  await stream.next();
  gone.abort();
  const rest = await stream.next();
  t.true(rest.done === true || !/event: (line|state)/.test(rest.value));
});
