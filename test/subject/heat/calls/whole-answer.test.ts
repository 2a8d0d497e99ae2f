import test from 'ava';
import type { HeatCall } from '../../../../src/subject/heat/calls/call.ts';
import { compared, MASKED, WholeAnswers } from '../../../../src/subject/heat/calls/whole-answer.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const FIRST = 'it is not what it was at first: ';

function compare(first: unknown, later: unknown, operation = 'GET x'): string | undefined {
  const answers = new WholeAnswers(MASKED);
  answers.difference(operation, JSON.stringify(first));
  return answers.difference(operation, JSON.stringify(later));
}

test('the first answer differs from nothing, and the same again neither', (t) => {
  t.is(new WholeAnswers(MASKED).difference('GET x', '{"a": 1}'), undefined);
  t.is(compare({ a: { b: [1, null] } }, { a: { b: [1, null] } }), undefined);
});

test('a value that is another, or gone, is named with what it was', (t) => {
  t.is(compare({ a: { b: 'x' } }, { a: { b: 'y' } }), `${FIRST}a.b was "x", is "y"`);
  t.is(compare({ a: { b: 'x' } }, { a: {} }), `${FIRST}a.b is gone, was "x"`);
  t.is(compare({ a: { b: 'x' } }, { a: null }), `${FIRST}a was {"b":"x"}, is null`);
  t.is(compare({ a: 1, b: null }, { a: '1', b: {} }), `${FIRST}a was 1, is "1"; b was null, is {}`);
  t.is(
    compare({ a: 1, b: 1, c: 1, d: 1, e: 1 }, { a: 2, b: 2, c: 2, d: 2, e: 2 }),
    `${FIRST}a was 1, is 2; b was 1, is 2; c was 1, is 2; and 2 more`,
  );
});

test('a field that a release adds is no difference', (t) => {
  t.is(compare({ a: { b: 1 } }, { a: { b: 1, c: 2 }, d: 3 }), undefined);
});

test('the order of a list does not count, but each of its entries does', (t) => {
  t.is(compare([{ n: 1 }, { n: 2 }], [{ n: 2 }, { n: 1 }]), undefined);
  t.is(compare({ a: [1, 2] }, { a: [1] }), `${FIRST}a had 2 entries, has 1`);
  t.is(compare({ a: [{ n: 1 }] }, { a: [{ n: 3 }] }), `${FIRST}a[0].n was 1, is 3`);
});

test('a masked value may differ, in the answers that the mask names', (t) => {
  const at = (creation_time: string) => ({ stack: { creation_time } });
  t.is(compare(at('one'), at('other'), 'POST stacks/preview'), undefined);
  t.regex(compare(at('one'), at('other'), 'GET stack') ?? '', /creation_time/);
});

test('only calls that show what does not change are compared', (t) => {
  const answers = new WholeAnswers([]);
  const call: HeatCall = { operation: 'GET x', rpc: [], method: 'GET', path: '/', expect: [200] };
  t.is(compared(call, answers).check, undefined);
  const first: HeatCall = { ...call, next: () => ({ ...call, operation: 'next', steady: true }) };
  const next = (): HeatCall | undefined => compared(first, answers).next?.('x');
  t.is(next()?.check?.('{"a": 1 }'), undefined);
  t.is(
    next()?.check?.('{"a": 2 }'),
    `${FIRST}a was 1, is 2`,
    'a call that follows is compared too',
  );
  const steady = compared(
    { ...call, steady: true, check: (body) => body.slice(9) || undefined },
    answers,
  );
  t.is(steady.check?.('{"a": 1 }'), undefined);
  t.is(steady.check?.('{"a": 2 }'), `${FIRST}a was 1, is 2`);
  t.is(steady.check?.('{"a": 1 }wrong'), 'wrong', 'its own check comes first');
});

test('every answer keeps its media type, whatever parameters it has', (t) => {
  const answers = new WholeAnswers([]);
  const call: HeatCall = { operation: 'GET y', rpc: [], method: 'GET', path: '/', expect: [200] };
  const { checkHeaders: check } = compared(call, answers);
  t.is(check?.(JSON_TYPE, ''), undefined);
  t.is(check?.({ 'content-type': 'application/json; charset=UTF-8' }, ''), undefined);
  t.is(
    check?.({ 'content-type': 'text/plain' }, ''),
    'its content type was application/json at first, is text/plain',
  );
  t.is(check?.({}, ''), 'its content type was application/json at first, is none');
});

test('a header that the first answer had has to stay, unless it is of the transfer', (t) => {
  const answers = new WholeAnswers([]);
  const first = { ...JSON_TYPE, 'x-openstack-request-id': 'req-1', 'content-length': '9' };
  t.is(answers.otherHeaders('GET x', first), undefined);
  const later = { ...JSON_TYPE, 'x-openstack-request-id': 'req-2', 'x-added': 'x' };
  t.is(answers.otherHeaders('GET x', later), undefined);
  t.is(answers.otherHeaders('GET x', JSON_TYPE), 'it has no x-openstack-request-id, as at first');
  t.is(answers.otherHeaders('GET y', JSON_TYPE), undefined, 'each operation by itself');
});

test('where a later answer may lack what the first one had, only another value is a difference', (t) => {
  const answers = new WholeAnswers([], { mayLack: true });
  t.is(answers.difference('GET x', '{"a": 1, "b": 2}'), undefined);
  t.is(answers.difference('GET x', '{"a": 1}'), undefined);
  t.is(answers.difference('GET x', '{"a": 2}'), `${FIRST}a was 1, is 2`);
});
