import { crc32 } from 'node:zlib';
import test from 'ava';
import { XMLParser } from 'fast-xml-parser';
import { renderJunit } from '../../../src/report/files/junit.ts';
import { packet, renderSubunit } from '../../../src/report/files/subunit.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { badRoll, cleanRoll } from '../../verdict/runs.ts';
import { hostileRun } from '../hostile-run.ts';
import { HOSTILE } from '../hostile.ts';

interface Read {
  readonly flags: number;
  readonly time: number | undefined;
  readonly test: string;
  readonly file:
    | { readonly mime: string; readonly name: string; readonly text: string }
    | undefined;
}

/** Reads a stream by the rules of subunit's README; throws where a packet breaks one. */
function readStream(stream: Buffer): readonly Read[] {
  const packets: Read[] = [];
  let at = 0;
  const number = (): number => {
    const follow = (stream[at] ?? 0) >> 6;
    const value = stream.readUIntBE(at, follow + 1) % 2 ** (8 * follow + 6);
    at += follow + 1;
    return value;
  };
  const text = (): string => {
    const length = number();
    at += length;
    return new TextDecoder('utf-8', { fatal: true }).decode(stream.subarray(at - length, at));
  };
  while (at < stream.length) {
    const start = at;
    if (stream[at] !== 0xb3) throw new Error(`no signature at ${at}`);
    const flags = stream.readUInt16BE(at + 1);
    if (flags >> 12 !== 2) throw new Error('not version 2');
    at += 3;
    const end = start + number();
    let time: number | undefined;
    if ((flags & 0x0200) !== 0) {
      time = stream.readUInt32BE(at);
      at += 4;
      time += number() / 1e9;
    }
    const test = (flags & 0x0800) === 0 ? '' : text();
    const mime = (flags & 0x0020) === 0 ? '' : text();
    const file = (flags & 0x0040) === 0 ? undefined : { mime, name: text(), text: text() };
    if (at !== end - 4) {
      throw new Error(`the packet at ${start} says ${end}, and ends at ${at + 4}`);
    }
    if (crc32(stream.subarray(start, at)) !== stream.readUInt32BE(at)) throw new Error('CRC');
    at = end;
    packets.push({ flags, time, test, file });
  }
  return packets;
}

test('a packet has the bytes of the example in subunit’s README', (t) => {
  t.is(packet({ test: 'foo', status: 'exists' }).toString('hex'), 'b329010c03666f6f08555f1b');
});

test('lengths of one to four bytes are read back', (t) => {
  for (const length of [1, 40, 50, 51, 52, 53, 60, 100, 16_300, 16_370, 16_380, 17_000, 200_000]) {
    const name = 'x'.repeat(length);
    t.is(readStream(packet({ test: name, status: 'success' }))[0]?.test, name);
  }
  const text = 'ä'.repeat(300_000);
  const [read] = readStream(
    packet({ test: 'long', status: 'fail', file: { name: 'traceback', text } }),
  );
  t.is(read?.file?.text, text.slice(0, 2 ** 18));
});

for (const [name, story] of [
  ['bad', badRoll],
  ['clean', cleanRoll],
] as const) {
  test(`the stream of a ${name} roll has the same cases as its JUnit file, each begun and ended`, (t) => {
    const { events } = story();
    const verdict = judge(events);
    const read = readStream(renderSubunit(events, verdict));
    const parser = new XMLParser({ ignoreAttributes: false });
    const { testsuites } = parser.parse(renderJunit(events, verdict)) as {
      readonly testsuites: Readonly<Record<string, string>>;
    };
    const count = (status: number): number =>
      read.filter(({ flags }) => (flags & 7) === status).length;
    t.is(count(2), Number(testsuites['@_tests']));
    t.is(count(6), Number(testsuites['@_failures']) + Number(testsuites['@_errors']));
    t.is(count(5), Number(testsuites['@_skipped']));
    t.is(count(3) + count(5) + count(6), count(2));
    for (const [index, { test: id, time }] of read.entries()) {
      if (index % 2 === 0) continue;
      t.is(read[index - 1]?.test, id);
      t.true((time ?? 0) >= (read[index - 1]?.time ?? Infinity), id);
    }
  });
}

for (const [what, hostile] of Object.entries(HOSTILE)) {
  test(`text with hostile ${what} does not break the stream`, (t) => {
    const { events } = hostileRun(hostile);
    t.true(readStream(renderSubunit(events, judge(events))).length > 10);
  });
}
