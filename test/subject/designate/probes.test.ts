import test from 'ava';
import { designateProbes } from '../../../src/subject/designate/workload/probes.ts';

const STANDING = {
  id: 'a2c445c8-04ea-41ee-9b05-72b72b4d0af4',
  name: 'standing.rollgate.example.',
  written: { email: 'a@rollgate.example', ttl: 1200, description: 'mark' },
  recordset: '11111111-2222-3333-4444-555555555555',
  records: ['203.0.113.1'],
};
const ZONE = {
  id: STANDING.id,
  name: STANDING.name,
  ...STANDING.written,
  status: 'ACTIVE',
  action: 'NONE',
};
const probes = designateProbes({ id: 'token' }, STANDING);

/** The problem that a probe finds in a body, or undefined. */
function wrong(probe: string, body: unknown): string | undefined {
  return probes[probe]?.().check?.(JSON.stringify(body));
}

test('designate: each correct answer is accepted', (t) => {
  t.is(wrong('version', { versions: [{ id: 'v2' }] }), undefined);
  t.is(wrong('list', { zones: [ZONE] }), undefined);
  t.is(wrong('show', ZONE), undefined);
  const recordset = { id: STANDING.recordset, records: STANDING.records, status: 'ACTIVE' };
  t.is(wrong('recordsets', recordset), undefined);
});

test('designate: an answer with other contents counts as not served', (t) => {
  t.regex(wrong('list', { zones: [] }) ?? '', /standing\.rollgate\.example\. is not in the list/);
  t.regex(wrong('show', { ...ZONE, ttl: 60 }) ?? '', /ttl/);
  t.regex(wrong('show', { ...ZONE, status: 'PENDING' }) ?? '', /status/);
  t.regex(wrong('recordsets', { id: STANDING.recordset, records: [] }) ?? '', /not as they were/);
  t.truthy(wrong('version', { versions: [] }));
});
