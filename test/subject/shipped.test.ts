import test from 'ava';
import { publishedFindings } from '../../src/cli/known-findings.ts';
import { loadSignatures } from '../../src/observe/logs/signatures.ts';
import {
  labFolder,
  loadReleases,
  SUBJECT_NAMES,
  subjectNamed,
} from '../../src/subject/registry.ts';

for (const name of SUBJECT_NAMES) {
  test(`the shipped data of ${name} can be read`, async (t) => {
    const subject = subjectNamed(name);
    const { series, default: upgrade } = await loadReleases(subject);
    t.true(series.includes(upgrade.base));
    const signatures = await loadSignatures(subject.signatures, labFolder(subject));
    t.not(signatures.work, undefined);
    t.not(signatures.messages, undefined);
    t.true(Array.isArray(await publishedFindings(subject)));
  });
}

test('the signatures of ironic cover a refused object, and the reason of a rejected list', async (t) => {
  const ironic = subjectNamed('ironic');
  const { signatures } = await loadSignatures(ironic.signatures, labFolder(ironic));
  const known = (line: string): string | undefined =>
    signatures.find(({ pattern }) => pattern.test(line))?.id;
  t.is(
    known(
      'oslo_versionedobjects.exception.IncompatibleObjectVersion: Version 1.44 of Node is not supported, supported version is 1.41',
    ),
    'object-version-refused',
  );
  t.is(
    known(
      '2026-11-28 22:16:46.085 7 ERROR ironic.common.policy [None req-1 u p - - default default] Rejecting authorization: baremetal:node:list_all is disallowed by policy: x',
    ),
    'owner-and-no-administrator',
  );
  // The API's own line, which names the request; the traceback after it does not.
  t.is(
    known(
      '2026-12-01 12:28:09.453 9 ERROR ironic.api.method [req-1 req-2 u p - - default default] Server-side error: "Version 1.2 of TraitList is not supported, supported version is 1.0". Detail: ',
    ),
    'object-version-refused',
  );
  t.is(
    known(
      'oslo_messaging.rpc.server RuntimeError: Can not schedule new futures after being shutdown',
    ),
    'stopping-conductor-asked',
  );
  t.is(
    known(
      '2026-11-30 02:29:28.079 9 ERROR ironic.api.method [req-1 req-2 u p - - default default] Server-side error: "Timed out waiting for a reply to message ID 30a5700333584083b9a4050afaf42d4a". Detail: ',
    ),
    'messaging-timeout',
  );
});

test('the signatures of ironic cover calls over JSON-RPC', async (t) => {
  const ironic = subjectNamed('ironic');
  const { signatures } = await loadSignatures(ironic.signatures, labFolder(ironic));
  const known = (text: string): string | undefined =>
    signatures.find(({ pattern }) => pattern.test(`2026-11-30 02:29:28.079 9 ERROR ${text}`))?.id;
  const unreachable =
    'ironic.api.method [req-1 req-2 u p - - default default] Server-side error: "Unable to establish connection to http://node1-ironic-conductor:8089:';
  t.is(
    known(`${unreachable} HTTPConnectionPool(host='node1-ironic-conductor'`),
    'json-rpc-unreachable',
  );
  t.is(
    known(`${unreachable} ('Connection aborted.', RemoteDisconnected('x'))`),
    'json-rpc-broken-off',
  );
  const refused =
    "ironic.common.json_rpc.client [req-1 req-2 u p - - default default] Unexpected error from RPC: {'code':";
  t.is(
    known(`${refused} -32601, 'message': 'Method cache_node was not found'}`),
    'rpc-method-refused',
  );
  t.is(
    known(
      `${refused} -32602, 'message': "Params node_id, x are invalid for do_node_deploy: ConductorManager.do_node_deploy() got an unexpected keyword argument 'x'"}`,
    ),
    'rpc-argument-refused',
  );
});

test('the signatures of designate cover a refused version on both sides, and calls cut off by a stop', async (t) => {
  const designate = subjectNamed('designate');
  const { signatures } = await loadSignatures(designate.signatures, labFolder(designate));
  const known = (line: string): string | undefined =>
    signatures.find(({ pattern }) => pattern.test(line))?.id;
  const at = '2026-11-29 18:05:19.392 1 ERROR';
  const refused = 'Endpoint does not support RPC version 6.12. Attempted method: find_zones';
  t.is(
    known(
      `${at} oslo_messaging.rpc.server [None req-1 u p - - - -] Exception during message handling: oslo_messaging.rpc.dispatcher.UnsupportedVersion: ${refused}`,
    ),
    'rpc-version-refused',
  );
  t.is(
    known(
      `${at} designate.api.middleware [None req-1 u p - - - -] Remote error: UnsupportedVersion ${refused}`,
    ),
    'rpc-peer-refused',
  );
  t.is(
    known(
      `${at} oslo_messaging.rpc.server [None req-1 - - - - - -] Exception during message handling: AttributeError: 'NoneType' object has no attribute 'get'`,
    ),
    'status-not-reported',
  );
  t.is(
    known(
      `${at} oslo.service.backend.eventlet.loopingcall [None req-1 - - - - - -] Fixed interval looping call 'designate.heartbeat_emitter.HeartbeatEmitter._emit_heartbeat' failed: AttributeError: 'NoneType' object has no attribute 'get'`,
    ),
    'heartbeat-after-stop',
  );
});
