import test from 'ava';
import { ironicProbes } from '../../../src/subject/ironic/workload/probes.ts';

const STANDING = { id: 'node', name: 'rollgate-standing', port: 'port', mark: 'mark' };
const probes = ironicProbes({ id: 'token' }, STANDING);

/** The problem that a probe finds in an answer's body. */
function wrong(name: string, body: unknown): string | undefined {
  return probes[name]?.().check?.(JSON.stringify(body));
}

const SHOWN = {
  uuid: 'node',
  name: 'rollgate-standing',
  provision_state: 'manageable',
  extra: { rollgate: 'mark' },
};

test('ironic: every probe accepts the expected answer', (t) => {
  const due = {
    version: { versions: [{ id: 'v1' }] },
    list: { nodes: [{ uuid: 'node' }] },
    show: SHOWN,
    validate: { power: { result: true }, deploy: { result: true } },
    ports: { ports: [{ uuid: 'port' }] },
    allocations: { allocations: [] },
  };
  t.deepEqual(Object.keys(probes).sort(), Object.keys(due).sort());
  for (const [name, body] of Object.entries(due)) t.is(wrong(name, body), undefined, name);
});

test('ironic: an answer with other contents counts as not served', (t) => {
  t.regex(wrong('list', { nodes: [] }) ?? '', /is not in the list/);
  t.regex(wrong('show', { ...SHOWN, extra: {} }) ?? '', /not rollgate-standing as it was made/);
  t.regex(wrong('show', { ...SHOWN, provision_state: 'enroll' }) ?? '', /as it was made/);
  t.regex(
    wrong('validate', { power: { result: true }, deploy: { result: false } }) ?? '',
    /does not validate/,
  );
  t.regex(wrong('ports', { ports: [] }) ?? '', /port of rollgate-standing/);
  t.regex(wrong('allocations', { allocations: [{}] }) ?? '', /another project/);
  t.is(probes['list']?.().check?.('<html>')?.includes('no JSON'), true);
});

test('ironic: every request names the API version of the base', (t) => {
  t.is(probes['list']?.().headers['x-openstack-ironic-api-version'], '1.96');
});
