import test from 'ava';
import { judge } from '../../../src/verdict/judge.ts';
import { roll } from '../runs.ts';
import type { Story } from '../stream.ts';

const TRUSTS = 'nothing-left-in-keystone';
const WHY = 'Heat takes the 401 for a success';
const REFUSED = {
  node: 'infrastructure',
  service: 'keystone',
  signature: 'trust-deletion-refused',
  title: 'Keystone refused the token with which a trust was to be deleted',
  severity: 'warning',
  sample: 'DELETE /v3/OS-TRUST/trusts/1f96 (HTTP/1.1 401)',
} as const;

/** A run at whose end Keystone has 8 trusts without a stack, after so many refused deletions. */
function left(refusals: number, { expired = true }: { readonly expired?: boolean } = {}): Story {
  const story = roll({ require: ['supports-upgrade'] });
  if (expired) story.at(33).request('served', { reauthenticated: true });
  for (let index = 0; index < refusals; index++) {
    story.at(35 + index / 10).logged('node1/heat-engine', '27.0.0', REFUSED);
  }
  return story.at(46).add({
    type: 'integrity-checked',
    at: 46_000,
    check: TRUSTS,
    object: 'all stacks',
    ok: false,
    detail: '21 trusts, and 13 stacks with credentials',
    surplus: { count: 8, within: 3, refusedBy: 'trust-deletion-refused', why: WHY },
  });
}

function judged(story: Story) {
  const { causes, tags } = judge(story.finished().events);
  const integrity = tags['supports-upgrade'].clauses.find(({ id }) => id === 'integrity');
  return { causes, kinds: causes.map(({ kind, harm }) => `${kind} ${harm}`), integrity };
}

test('trusts that stay because the token of their deletion had expired fail no tag', (t) => {
  const { causes, kinds, integrity } = judged(left(8));
  t.is(integrity?.status, 'proven');
  const evidence = `${TRUSTS}, all stacks: 21 trusts, and 13 stacks with credentials. 8 deletions of them were refused with 401: ${WHY}.`;
  t.true(integrity?.evidence.includes(evidence));
  t.deepEqual(kinds, ['left-by-refused-deletion log-only']);
  t.like(causes[0], { service: 'keystone', count: 8, unit: 'log lines', evidence: [evidence] });
});

test('a run may leave a few, and the refusals explain the others', (t) => {
  t.is(judged(left(5)).integrity?.status, 'proven');
  const { kinds, integrity } = judged(left(4));
  t.is(integrity?.status, 'failed');
  t.deepEqual(kinds, ['integrity-broken integrity-broken']);
});

test('refusals explain nothing if no user’s token had expired', (t) => {
  const { kinds, integrity } = judged(left(8, { expired: false }));
  t.is(integrity?.status, 'failed');
  t.deepEqual(kinds, ['integrity-broken integrity-broken']);
});
