import test from 'ava';
import * as fc from 'fast-check';
import { demultiplex } from '../../../src/containers/streams/output.ts';

function frame(text: string, stream: 1 | 2 = 1): Buffer {
  const payload = Buffer.from(text);
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

test('standard output and error come in the order in which they were written', (t) => {
  const { text, rest } = demultiplex(Buffer.concat([frame('out\n'), frame('err\n', 2)]));
  t.is(text, 'out\nerr\n');
  t.is(rest.length, 0);
});

test('an empty frame adds nothing', (t) => {
  t.is(demultiplex(Buffer.concat([frame(''), frame('x')])).text, 'x');
});

test('an incomplete frame waits for the next chunk', (t) => {
  const whole = frame('first');
  const { text, rest } = demultiplex(Buffer.concat([whole, frame('second').subarray(0, 10)]));
  t.is(text, 'first');
  t.deepEqual(rest, frame('second').subarray(0, 10));
});

test('the text of a stream does not depend on its chunks', (t) => {
  const texts = fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 8 });
  const cuts = fc.infiniteStream(fc.integer({ min: 1, max: 20 }));
  fc.assert(
    fc.property(texts, cuts, (texts, cuts) => {
      let stream = Buffer.concat(texts.map((text) => frame(text)));
      let rest: Buffer = Buffer.alloc(0);
      let read = '';
      for (const length of cuts) {
        if (stream.length === 0) break;
        const part = demultiplex(Buffer.concat([rest, stream.subarray(0, length)]));
        read += part.text;
        rest = part.rest;
        stream = stream.subarray(length);
      }
      t.is(read, texts.join(''));
      t.is(rest.length, 0);
    }),
    { numRuns: 50 },
  );
});
