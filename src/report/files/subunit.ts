import { crc32 } from 'node:zlib';
import type { RunEvent } from '../../events/event.ts';
import { plain, plainLines } from '../../text/plain.ts';
import type { Verdict } from '../../verdict/schema/verdict.ts';
import { suitesOf, type Case, type Result } from './cases.ts';

/**
 * The verdict as a subunit stream, version 2, which OpenStack's jobs keep as
 * `testrepository.subunit`. The same cases as in `junit.xml`, named `rollgate.SUITE.CASE`.
 *
 * @see https://github.com/testing-cabal/subunit, README.rst, "Version 2".
 */
export function renderSubunit(events: readonly RunEvent[], verdict: Verdict): Buffer {
  const started = events.find((event) => event.type === 'run-started');
  const startMs = started === undefined ? 0 : Date.parse(started.time) - started.at;
  const endMs = startMs + verdict.durationSeconds * 1000;
  const packets = suitesOf(events, verdict).flatMap(({ name, cases }) =>
    cases.flatMap((one) => packetsOf(`rollgate.${name}`, one, { startMs, endMs })),
  );
  return Buffer.concat(packets);
}

/** Judgements of a whole run have the time of the run's end. */
function packetsOf(
  suite: string,
  { name, seconds, startedAt, result }: Case,
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
): readonly Buffer[] {
  const test = plain(`${suite}.${name}`);
  const beganMs = startedAt === undefined ? endMs - seconds * 1000 : startMs + startedAt;
  const doneMs = beganMs + seconds * 1000;
  const text = textOf(result);
  return [
    packet({ test, status: 'inprogress', timeMs: beganMs }),
    packet({
      test,
      status: STATUS[result.kind],
      timeMs: doneMs,
      ...(text === undefined ? {} : { file: text }),
    }),
  ];
}

/** Subunit has no error of the harness: it becomes a failed test with that text. */
const STATUS = {
  passed: 'success',
  failure: 'fail',
  error: 'fail',
  skipped: 'skip',
} as const satisfies Record<Result['kind'], keyof typeof STATUS_BITS>;

interface AttachedText {
  /** Readers show `reason` for a skipped test, `traceback` for a failed one. */
  readonly name: 'reason' | 'traceback';
  readonly text: string;
}

function textOf(result: Result): AttachedText | undefined {
  switch (result.kind) {
    case 'passed':
      return undefined;
    case 'skipped':
      return { name: 'reason', text: plain(result.message) };
    case 'failure':
    case 'error':
      return { name: 'traceback', text: plainLines([result.type, ...result.lines].join('\n')) };
    default:
      return result satisfies never;
  }
}

const SIGNATURE = 0xb3;
const VERSION = 0x2000;
const HAS_TEST = 0x0800;
const HAS_TIME = 0x0200;
const IS_RUNNABLE = 0x0100;
const HAS_FILE = 0x0040;
const HAS_MIME = 0x0020;
const IS_LAST = 0x0010;
const STATUS_BITS = { exists: 1, inprogress: 2, success: 3, skip: 5, fail: 6 } as const;

/** A packet holds less than 4 MiB, and a character has up to four bytes. */
const MOST_CHARACTERS = 2 ** 18;

export interface Packet {
  readonly test: string;
  readonly status: keyof typeof STATUS_BITS;
  /** Milliseconds since the epoch. */
  readonly timeMs?: number;
  readonly file?: AttachedText;
}

/** One packet: signature, flags, length, the parts that the flags announce, CRC-32. */
export function packet({ test, status, timeMs, file }: Packet): Buffer {
  const flags =
    VERSION |
    HAS_TEST |
    IS_RUNNABLE |
    (timeMs === undefined ? 0 : HAS_TIME) |
    (file === undefined ? 0 : HAS_FILE | HAS_MIME | IS_LAST) |
    STATUS_BITS[status];
  const body = Buffer.concat([
    ...(timeMs === undefined ? [] : [time(timeMs)]),
    sized(Buffer.from(test)),
    ...(file === undefined
      ? []
      : [
          sized(Buffer.from('text/plain;charset=utf8')),
          sized(Buffer.from(file.name)),
          sized(Buffer.from(file.text.slice(0, MOST_CHARACTERS))),
        ]),
  ]);
  const head = Buffer.from([SIGNATURE, flags >> 8, flags & 0xff]);
  const signed = Buffer.concat([head, lengthOf(head.length + body.length + CRC_BYTES), body]);
  const crc = Buffer.alloc(CRC_BYTES);
  crc.writeUInt32BE(crc32(signed));
  return Buffer.concat([signed, crc]);
}

const CRC_BYTES = 4;

/** The packet's length, its own bytes included. */
function lengthOf(others: number): Buffer {
  const own = [1, 2, 3].find((bytes) => number(others + bytes).length === bytes) ?? 4;
  return number(others + own);
}

/** Seconds, and nanoseconds as a number. */
function time(ms: number): Buffer {
  const seconds = Buffer.alloc(4);
  seconds.writeUInt32BE(Math.floor(ms / 1000));
  return Buffer.concat([seconds, number(Math.floor((ms % 1000) * 1e6))]);
}

function sized(bytes: Buffer): Buffer {
  return Buffer.concat([number(bytes.length), bytes]);
}

/** The two highest bits say how many bytes follow; the others are the number, big-endian. */
function number(value: number): Buffer {
  const follow = value < 2 ** 6 ? 0 : value < 2 ** 14 ? 1 : value < 2 ** 22 ? 2 : 3;
  const bytes = Buffer.alloc(follow + 1);
  bytes.writeUIntBE(value + follow * 2 ** (8 * follow + 6), 0, follow + 1);
  return bytes;
}
