import test from 'ava';
import * as fc from 'fast-check';
import { createDraw, wrap } from '../../src/report/line.ts';
import { plain } from '../../src/text/plain.ts';

test('plain text has no control character, no line end and no colour, whatever the input', (t) => {
  fc.assert(
    fc.property(
      // Any code points; fast-check's own unit for them takes a second to build.
      fc.array(fc.integer({ min: 0, max: 0x10ffff })).map((all) => String.fromCodePoint(...all)),
      (text) => !/[\p{Cc}\u2028-\u202E]/u.test(plain(text)),
    ),
  );
  t.is(plain('a\u001B[31mred\u001B[0m\n\tb'), 'ared b');
});

test('a line is cut to its width, with a mark', (t) => {
  const draw = createDraw({ color: false, width: 10 });
  t.is(draw([{ text: '0123456' }, { text: '789' }]), '0123456789');
  t.is(draw([{ text: '0123456' }, { text: '789a' }]), '012345678…');
});

test('a line is cut by columns: a wide character takes two', (t) => {
  const draw = createDraw({ color: false, width: 10 });
  t.is(draw([{ text: '堆栈堆栈堆' }]), '堆栈堆栈堆');
  t.is(draw([{ text: '堆栈堆栈堆栈' }]), '堆栈堆栈…');
  t.is(draw([{ text: 'a堆栈堆栈' }, { text: '堆栈' }]), 'a堆栈堆栈…');
  t.is(draw([{ text: 'cafe\u0301 🧑 12' }]), 'cafe\u0301 🧑 12');
});

test('text is wrapped by the columns that it takes', (t) => {
  t.deepEqual(wrap('堆栈 堆栈 堆栈', 10), ['堆栈 堆栈', '堆栈']);
});

test('wrapped text keeps every word, in lines of at most the width', (t) => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z]{1,10}$/), { minLength: 1 }), (words) => {
      const lines = wrap(words.join(' '), 12);
      return lines.join(' ') === words.join(' ') && lines.every(({ length }) => length <= 12);
    }),
  );
  t.pass();
});
