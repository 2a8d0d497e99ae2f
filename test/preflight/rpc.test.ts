import test from 'ava';
import type { Encounter } from '../../src/plan/paper/coexistence.ts';
import { compareInventories } from '../../src/preflight/compare.ts';
import type { RpcEndpoint } from '../../src/preflight/inventory.ts';
import type { Side } from '../../src/release/release.ts';
import type { MeetingName } from '../../src/scenario/topology/meeting.ts';
import { AVOIDANCE, NAMES, found, inventory, described, worker } from './inventories.ts';

test('a message of a higher version than the receiver serves is refused, and its work is lost', (t) => {
  const [finding, ...others] = found({ rpc: [worker('1.4')] }, { rpc: [worker('1.9')] });
  t.deepEqual(others, []);
  t.like(finding, {
    id: 'rpc-worker-check_resource-from-target',
    severity: 'blocking',
    title:
      '2.0.0 casts check_resource on worker with RPC version 1.9; 1.0.0 takes no higher than 1.4: the work is lost',
    endangers: ['supports-rolling-upgrade', 'supports-zero-downtime-upgrade'],
    avoidedBy: ['cold', 'guide', 'guide-api-first'],
  });
  t.deepEqual(
    finding?.evidence.map(({ release, file, line }) => `${release} ${file}:${line}`),
    ['target heat/rpc/worker_client.py:79', 'base heat/engine/worker.py:64'],
  );
  t.true(finding?.predicts?.causes.includes('work-refused-after-acknowledgement'));
  t.deepEqual(finding?.predicts?.mentions, ['check_resource']);
});

test('a higher version that no service uses is harmless', (t) => {
  t.deepEqual(described({ rpc: [worker('1.4')] }, { rpc: [worker('1.9', { sent: '1.4' })] }), []);
});

test('another major version is refused in both directions', (t) => {
  const ids = found({ rpc: [worker('1.4')] }, { rpc: [worker('2.0')] }).map(({ id }) => id);
  t.deepEqual(ids, [
    'rpc-worker-check_resource-from-base',
    'rpc-worker-check_resource-from-target',
  ]);
});

test('an argument that the receiver does not know is refused, whatever the version', (t) => {
  t.deepEqual(
    described(
      { rpc: [worker('1.4')] },
      { rpc: [worker('1.4', { takes: ['id', 'abandon'], optional: ['abandon'] })] },
    ),
    [
      'blocking: 2.0.0 casts check_resource on worker with RPC version 1.4; 1.0.0 does not know its abandon: the work is lost',
    ],
  );
});

test('a message without an argument that the receiver requires is refused', (t) => {
  t.deepEqual(
    described({ rpc: [worker('1.4')] }, { rpc: [worker('1.4', { takes: ['id', 'why'] })] }),
    [
      'blocking: 1.0.0 casts check_resource on worker with RPC version 1.4; 2.0.0 wants why too: the work is lost',
      'blocking: 2.0.0 casts check_resource on worker with RPC version 1.4; 1.0.0 does not know its why: the work is lost',
    ],
  );
});

test('a removed method fails its remaining senders; a new one fails only calls of new services', (t) => {
  t.deepEqual(
    described({ rpc: [worker('1.4')] }, { rpc: [worker('1.4', { method: 'check_node' })] }),
    [
      'blocking: 1.0.0 casts check_resource on worker with RPC version 1.4; 2.0.0 has no such method: the work is lost',
      'risk: 2.0.0 casts check_node on worker with RPC version 1.4; 1.0.0 has no such method: the work is lost',
    ],
  );
});

test('a topic with another name leaves its messages without a consumer', (t) => {
  const [one] = described(
    { rpc: [worker('1.4')] },
    { rpc: [worker('1.4', { topic: 'engine_worker' })] },
  );
  t.regex(one ?? '', /^blocking: 1\.0\.0 casts .* 2\.0\.0 serves topic engine_worker instead/);
});

test('a release that refuses its own messages is reported, and no choreography helps', (t) => {
  const target = { rpc: [worker('1.4', { sent: '1.5' })] };
  const own = found({ rpc: [worker('1.5')] }, target).find(({ id }) => id.endsWith('-own'));
  t.like(own, { severity: 'blocking', endangers: ['supports-upgrade'], avoidedBy: null });
});

test('messages that both sides accept are reported as compatible', (t) => {
  const release = { rpc: [worker('1.9')] };
  const findings = compareInventories(
    inventory('1.0.0', release),
    inventory('2.0.0', release),
    AVOIDANCE,
    NAMES,
  );
  t.like(findings[0], { id: 'rpc-compatible', severity: 'info', endangers: [], avoidedBy: null });
});

/** A server whose client sends each of two messages with the version that it serves. */
function stamped(version: string): RpcEndpoint {
  const one = worker(version);
  const of = (method: string, service: string) =>
    one.messages.map((message) => ({ ...message, method, services: [service] }));
  return {
    ...one,
    takenBy: 'x-central',
    server: {
      ...one.server,
      methods: ['get', 'set'].flatMap((name) =>
        one.server.methods.map((method) => ({ ...method, name })),
      ),
    },
    messages: [...of('get', 'x-worker'), ...of('set', 'x-mdns')],
  };
}

test('a client that stamps every message with a version that is refused is one difference', (t) => {
  const [finding, ...others] = found({ rpc: [stamped('6.10')] }, { rpc: [stamped('6.12')] });
  t.deepEqual(others, []);
  t.like(finding, {
    id: 'rpc-worker-all-from-target',
    severity: 'blocking',
    title:
      '2.0.0 sends all its 2 messages on worker with RPC version 6.12; 1.0.0 takes no higher than 6.10: requests to it fail, casts are lost',
    needs: { what: 'message', pairs: [{ sender: 'engine', from: 'target', to: 'base' }] },
    predicts: { mentions: ['6.12'] },
  });
});

test('with several kinds of engines, a choreography that keeps these kinds apart avoids the difference', (t) => {
  const all = ['cold', 'centrals-first', 'node-by-node'];
  const centralsFirst = ['cold', 'centrals-first'];
  const apart = {
    all,
    avoidedBy: new Map<Encounter, readonly string[]>([
      ['engine of target to engine of base', ['cold']],
      ['x-worker of target to x-central of base', centralsFirst],
      ['x-mdns of target to x-central of base', centralsFirst],
    ]),
    own: {
      releases: true,
      vhost: true,
      unpinned: true,
      meetings: [],
      met: new Set<MeetingName>(['x-central of target to x-central of base']),
      mixed: { api: new Set<Side>(), engine: new Set<Side>() },
      upgrades: true,
    },
  };
  const [finding] = compareInventories(
    inventory('1.0.0', { rpc: [stamped('6.10')] }),
    inventory('2.0.0', { rpc: [stamped('6.12')] }),
    apart,
    NAMES,
  );
  t.deepEqual(finding?.avoidedBy, centralsFirst);
  t.is(
    finding?.avoidedSince,
    'every old x-central on the vhost is gone before a new service sends it',
  );
  t.deepEqual(finding?.metBy, ['node-by-node']);
});
