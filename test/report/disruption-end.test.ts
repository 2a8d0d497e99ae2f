import test from 'ava';
import { endInWords } from '../../src/report/disruption-end.ts';

test('for a disruption that did not end with a served request, the report says how it ended', (t) => {
  t.is(endInWords({ recovered: true }), '');
  t.is(endInWords({ recovered: false }), ' (to the end)');
  t.is(endInWords({ recovered: true, unasked: 41.52 }), ' (then nothing was sent for 41.5 s)');
});
