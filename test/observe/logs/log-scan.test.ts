import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import test from 'ava';
import type { LogLine } from '../../../src/containers/port.ts';
import { LAB_DIRECTORY } from '../../../src/document/lab-files.ts';
import { RunEventSchema } from '../../../src/events/event.ts';
import type { EventOf, RunEvent } from '../../../src/events/event.ts';
import { MOST_FINDINGS, scanLog } from '../../../src/observe/logs/log-scan.ts';
import { parseSignatures } from '../../../src/observe/logs/signatures.ts';

const FILE = join(LAB_DIRECTORY, 'signatures', 'heat.yaml');
const signatures = parseSignatures(readFileSync(FILE, 'utf8'), FILE);
const START = Date.parse('2026-01-01T00:00:00Z');

/** A log of the given texts: the n-th line came n milliseconds after the start of the run. */
function log(texts: readonly string[]): readonly LogLine[] {
  return texts.map((text, index) => ({ time: new Date(START + index).toISOString(), text }));
}

async function scan(
  lines: readonly LogLine[] | AsyncIterable<LogLine>,
  service = 'heat-engine',
  emit: (event: RunEvent) => void = () => undefined,
): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  await scanLog({
    lines: Symbol.asyncIterator in lines ? lines : Readable.from(lines),
    node: 'node1',
    service,
    version: '24.0.0',
    signatures,
    runStartedAt: START,
    flushEveryMs: 5,
    emit: (event) => {
      events.push(RunEventSchema.parse(event));
      emit(event);
    },
  });
  return events;
}

async function findings(
  texts: readonly string[],
  service?: string,
): Promise<EventOf<'log-finding'>[]> {
  const events = await scan(log(texts), service);
  return events.filter((event) => event.type === 'log-finding');
}

/** As Heat 24 with oslo.messaging 16.1 wrote it. */
const REFUSAL = [
  '2026-01-01 00:00:00.995 7 ERROR oslo_messaging.rpc.server [-] Exception during message handling: oslo_messaging.rpc.dispatcher.UnsupportedVersion: Endpoint does not support RPC version 1.9. Attempted method: check_resource',
  '2026-01-01 00:00:00.995 7 ERROR oslo_messaging.rpc.server Traceback (most recent call last):',
  '2026-01-01 00:00:00.995 7 ERROR oslo_messaging.rpc.server   File "/usr/lib/python3/dist-packages/oslo_messaging/rpc/server.py", line 174, in _process_incoming',
  '2026-01-01 00:00:00.995 7 ERROR oslo_messaging.rpc.server     res = self.dispatcher.dispatch(message)',
  '2026-01-01 00:00:00.995 7 ERROR oslo_messaging.rpc.server   File "/usr/lib/python3/dist-packages/oslo_messaging/rpc/dispatcher.py", line 320, in dispatch',
  '2026-01-01 00:00:00.995 7 ERROR oslo_messaging.rpc.server     raise UnsupportedVersion(version, method=method)',
  '2026-01-01 00:00:00.995 7 ERROR oslo_messaging.rpc.server oslo_messaging.rpc.dispatcher.UnsupportedVersion: Endpoint does not support RPC version 1.9. Attempted method: check_resource',
  '2026-01-01 00:00:00.995 7 ERROR oslo_messaging.rpc.server ',
];
const INFO = (text: string): string =>
  `2026-01-01 00:00:01.000 7 INFO heat.engine.service [None req-ea91fa1b-1b78-484d-8b06-3a93879aa497 u1 p1 - - - -] ${text}`;
const ERROR = (text: string, stamp = '00:00:02.000'): string =>
  `2026-01-01 ${stamp} 7 ERROR heat.engine.resource [None req-ea91fa1b-1b78-484d-8b06-3a93879aa497 u1 p1 - - - -] ${text}`;
const FRAME = (text: string, logger = 'heat.engine.resource', stamp = '00:00:02.000'): string =>
  `2026-01-01 ${stamp} 7 ERROR ${logger} ${text}`;

test('a finding has the client’s id of its request, if the line contains it, and a remedy', async (t) => {
  const timeout =
    '2026-01-01 00:00:00.815 8 ERROR heat.common.wsgi [req-1a6d6d20-2e60-4174-9162-c67b35407170 req-f1d4ce07-2c0a-4d50-8253-819de06eebb6 demo - - - - -] Unexpected error occurred serving API: Timed out waiting for a reply to message ID 401f2642e4814ca1992613589965f9f1: oslo_messaging.exceptions.MessagingTimeout: Timed out waiting for a reply to message ID 401f2642e4814ca1992613589965f9f1';
  const [named, unnamed] = await findings([
    timeout,
    timeout.replace('[req-1a6d6d20-2e60-4174-9162-c67b35407170', '[None'),
  ]);
  t.like(named, { request: 'req-1a6d6d20-2e60-4174-9162-c67b35407170' });
  t.is(unnamed?.signature, named?.signature);
  t.is(unnamed?.request, undefined);
  t.is(unnamed?.localRequest, 'req-f1d4ce07-2c0a-4d50-8253-819de06eebb6');
  const [refusal] = await findings(REFUSAL);
  t.regex(refusal?.avoidedBy ?? '', /a new vhost/);
});

test('a refused RPC version is one finding that names version and method', async (t) => {
  t.deepEqual(await findings([INFO('before'), ...REFUSAL, INFO('after')]), [
    {
      type: 'log-finding',
      at: 1,
      node: 'node1',
      service: 'heat-engine',
      version: '24.0.0',
      signature: 'rpc-version-refused',
      title:
        'A message check_resource of RPC version 1.9 was refused, and with it the work was lost',
      severity: 'error',
      sample: REFUSAL[0] ?? '',
      avoidedBy: 'a new vhost for the target, as in choreography guide',
    },
  ]);
});

test('a process that died is reported; one that ended on request is not', async (t) => {
  const ended = (status: string): string =>
    `2026-08-01 12:00:01.000 1 INFO cotyledon._service_manager [-] Child 15 ${status}`;
  const found = await findings([0, 1].map((status) => ended(`exited with status ${status}`)));
  t.deepEqual(
    found.map(({ signature, severity }) => [signature, severity]),
    [
      ['stopping', 'harmless'],
      ['child-died', 'error'],
    ],
  );
});

test('two refusals in a row are two findings', async (t) => {
  t.is((await findings([...REFUSAL, ...REFUSAL])).length, 2);
});

const KNOWN: readonly (readonly [string, EventOf<'log-finding'>['severity'], string])[] = [
  [
    'connection-collected-in-loop',
    'harmless',
    '2026-11-27 03:16:39.089 1 ERROR sqlalchemy.pool.impl.QueuePool [-] Exception during reset or similar: RuntimeError: do not call blocking functions from the mainloop',
  ],
  [
    'messaging-timeout',
    'error',
    ERROR('Call failed: oslo_messaging.exceptions.MessagingTimeout: Timed out waiting for a reply'),
  ],
  [
    'rpc-argument-refused',
    'error',
    "2026-01-01 00:00:00.995 7 ERROR oslo_messaging.rpc.server [-] Exception during message handling: TypeError: WorkerService.check_resource() got an unexpected keyword argument 'abandon'",
  ],
  [
    'rpc-peer-refused',
    'error',
    ERROR('Failed: Remote error: UnsupportedVersion Endpoint does not support RPC version 1.37.'),
  ],
  [
    'amqp-disconnect',
    'error',
    '2026-11-23 17:40:36.707 7 ERROR oslo.messaging._drivers.impl_rabbit [-] Connection failed: [Errno 111] ECONNREFUSED (retrying in 1.0 seconds): ConnectionRefusedError: [Errno 111] ECONNREFUSED',
  ],
  [
    'amqp-disconnect',
    'error',
    '2026-11-23 17:40:36.707 7 ERROR oslo.messaging._drivers.impl_rabbit [None req-ea91fa1b-1b78-484d-8b06-3a93879aa497 - - - - - -] [8a3c] AMQP server on rabbitmq:5672 is unreachable: [Errno 104] Connection reset by peer. Trying again in 1 seconds.: ConnectionResetError: [Errno 104] Connection reset by peer',
  ],
  [
    'database-unreachable',
    'error',
    '2026-11-23 17:40:36.707 7 WARNING oslo_db.sqlalchemy.engines [-] SQL connection failed. 9 attempts left.: oslo_db.exception.DBConnectionError: (pymysql.err.OperationalError) (2003, "Can\'t connect to MySQL server")',
  ],
  [
    'database-schema-mismatch',
    'error',
    ERROR(
      "Failed: oslo_db.exception.DBError: (pymysql.err.OperationalError) (1054, \"Unknown column 'sync_point.extra_data' in 'field list'\")",
    ),
  ],
  [
    'database-conflict',
    'warning',
    ERROR(
      'Failed: oslo_db.exception.DBDeadlock: (pymysql.err.OperationalError) (1213, "Deadlock")',
    ),
  ],
  // As 24.0.0 with oslo.db 17.2 logs it, and 26.0.1 with 18.1.
  [
    'database-row-changed',
    'error',
    ERROR(
      'Unexpected exception in resource check.: oslo_db.exception.DBError: (pymysql.err.OperationalError) (1020, "Record has changed since last read in table \'stack\'; try restarting transaction")',
    ),
  ],
  [
    'database-row-changed',
    'error',
    ERROR(
      'Failed: oslo_db.exception.DBConsistencyError: (pymysql.err.OperationalError) (1020, "Record has changed since last read in table \'stack\'; try restarting transaction")',
    ),
  ],
  [
    'database-error',
    'error',
    ERROR('Failed: oslo_db.exception.DBDuplicateEntry: (pymysql.err.IntegrityError) (1062, "x")'),
  ],
  [
    'engine-seen-dead',
    'error',
    '2026-01-01 00:00:00.995 7 INFO heat.engine.stack [None req-ea91fa1b-1b78-484d-8b06-3a93879aa497 u1 p1 - - - -] Stack CREATE FAILED (s1): Resource CREATE failed: Worker went down during resource CREATE',
  ],
  [
    'lock-stolen',
    'warning',
    '2026-01-01 00:00:00.995 7 INFO heat.engine.stack_lock [-] Engine 0f9a successfully stole the lock on stack 11111111-2222-4333-8444-555555555555',
  ],
  ['grace-exceeded', 'error', INFO('Graceful exit timeout exceeded, forcing exit.')],
  [
    'grace-exceeded',
    'error',
    '2026-01-01 00:00:00.995 7 INFO cotyledon._service_worker [-] Graceful shutdown timeout (60) exceeded, exiting ServiceWrapper(0) [11] now.',
  ],
  [
    'keystone-unauthorized',
    'warning',
    '2026-01-01 00:00:00.995 15 WARNING keystonemiddleware.auth_token [-] Authorization failed for token',
  ],
  [
    'api-worker-died',
    'error',
    'DAMN ! worker 1 (pid: 15) died, killed by signal 9 :( trying respawn ...',
  ],
  [
    'resource-type-retired',
    'harmless',
    '2026-11-23 17:38:56.361 7 WARNING heat.engine.environment [-] OS::Senlin::Cluster is HIDDEN. Senlin project was retired',
  ],
  [
    'option-deprecated',
    'harmless',
    '2026-01-01 00:00:00.995 7 WARNING oslo_config.cfg [-] Deprecated: Option "rpc_thread_pool_size" from group "DEFAULT" is deprecated. Use option "executor_thread_pool_size".',
  ],
  [
    'token-middleware-configuration',
    'harmless',
    '2026-11-23 17:40:05.098 15 WARNING keystonemiddleware.auth_token [-] AuthToken middleware is set with keystone_authtoken.service_token_roles_required set to False. This is backwards compatible but deprecated behaviour. Please set this to True.',
  ],
  [
    'python-deprecation',
    'harmless',
    '/usr/lib/python3/dist-packages/oslo_service/backend/_eventlet/loopingcall.py:19: EventletDeprecationWarning: ',
  ],
  [
    'stopping',
    'harmless',
    '2026-11-23 17:41:06.222 7 INFO cotyledon._service_manager [-] Caught SIGTERM signal, graceful exiting of master process',
  ],
  ['stopping', 'harmless', 'Mon Nov 23 17:40:08 2026 - graceful shutdown triggered...'],
  [
    'uwsgi-start',
    'harmless',
    '*** Starting uWSGI 2.0.28-debian (64bit) on [Mon Nov 23 17:40:02 2026] ***',
  ],
];
for (const [index, [signature, severity, line]] of KNOWN.entries()) {
  test(`known: ${signature} (${index})`, async (t) => {
    const found = await findings([line]);
    t.deepEqual(
      found.map((finding) => [finding.signature, finding.severity]),
      [[signature, severity]],
    );
  });
}

test('a signature that only the traceback shows is found there', async (t) => {
  const [finding, ...others] = await findings([
    INFO('CREATE: TestResource "r1" Stack "s" [id]'),
    FRAME('Traceback (most recent call last):', 'heat.engine.service', '00:00:01.000'),
    FRAME('  File "x.py", line 1, in call', 'heat.engine.service', '00:00:01.000'),
    FRAME(
      'oslo_messaging.exceptions.MessagingTimeout: Timed out waiting for a reply to message ID 1',
      'heat.engine.service',
      '00:00:01.000',
    ),
  ]);
  t.is(finding?.signature, 'messaging-timeout');
  t.regex(finding?.sample ?? '', /CREATE: TestResource.*\n.*MessagingTimeout/);
  t.deepEqual(others, []);
});

const failure = (name: string, id: string, count: number): readonly string[] => [
  ERROR(`Error marking resource "${name}" (${id}) as failed after ${count} tries: ValueError: no`),
  FRAME('Traceback (most recent call last):'),
  FRAME('  File "resource.py", line 912, in _action_recorder'),
  FRAME('ValueError: no'),
  FRAME('[SQL: SELECT 1]'),
  FRAME(''),
];

test('an unknown error gets its own signature, without the parts that vary', async (t) => {
  const [one, two, ...others] = await findings([
    ...failure('r1', '0af5ab1e-4c1c-4f4e-8c59-b4a5a3a5c4a1', 3),
    ...failure('other', '9c3ff1ed-3d5c-4a44-9a1c-0d6f5a0d4b11', 27),
  ]);
  t.is(one?.signature, two?.signature);
  t.regex(one?.signature ?? '', /^value-error-[0-9a-f]{8}$/);
  t.is(
    one?.title,
    'heat.engine.resource: Error marking resource TEXT (UUID) as failed after N tries: ValueError: no',
  );
  t.is(one?.severity, 'error');
  t.deepEqual(others, []);
});

test('a quoted message stays in the title and the signature, without the parts that vary', async (t) => {
  const error = (text: string): string => ERROR(`Server-side error: "${text}". Detail: `);
  const [one, two, three, ...others] = await findings([
    error("Version 1.2 of TraitList is not supported by 'a'"),
    error("Version 1.3 of TraitList is not supported by 'b'"),
    error('No conductor takes the node'),
  ]);
  t.is(
    one?.title,
    'heat.engine.resource: Server-side error: "Version N of TraitList is not supported by TEXT". Detail:',
  );
  t.is(one?.signature, two?.signature);
  t.not(one?.signature, three?.signature);
  t.deepEqual(others, []);
});

test('the name in an error of Python is in its title, and not in its signature', async (t) => {
  const error = (name: string): readonly string[] => [
    ERROR(`Exception during message handling: KeyError: '${name}'`),
    FRAME('Traceback (most recent call last):'),
    FRAME('  File "service.py", line 912, in show_stack'),
    FRAME(`KeyError: '${name}'`),
    FRAME(''),
  ];
  const found = await findings([...error('stack_owner'), ...error('other'), ...error('0a1b2c3d')]);
  t.deepEqual(
    found.map(({ title }) => title),
    ["'stack_owner'", "'other'", 'TEXT'].map(
      (name) => `heat.engine.resource: Exception during message handling: KeyError: ${name}`,
    ),
  );
  t.is(new Set(found.map(({ signature }) => signature)).size, 1);
});

test('errors with different messages have different signatures', async (t) => {
  const found = await findings([ERROR('Failed to stop'), ERROR('Failed to start', '00:00:03.000')]);
  t.is(new Set(found.map(({ signature }) => signature)).size, 2);
});

test('a lone traceback is one finding, with the exceptions that led to it', async (t) => {
  const found = await findings(
    [
      'spawned uWSGI worker 1 (pid: 15, cores: 16)',
      'Traceback (most recent call last):',
      '  File "/usr/bin/heat-wsgi-api", line 5, in <module>',
      "KeyError: 'x'",
      '',
      'During handling of the above exception, another exception occurred:',
      '',
      'Traceback (most recent call last):',
      '  File "/usr/bin/heat-wsgi-api", line 6, in <module>',
      '    from heat.wsgi import api',
      "ModuleNotFoundError: No module named 'monascaclient'",
      "WSGI app 0 (mountpoint='') ready in 2 seconds on interpreter 0x7f84d0ffe900 pid: 15",
    ],
    'heat-api',
  );
  t.deepEqual(
    found.map(({ signature }) => signature.replace(/-[0-9a-f]{8}$/, '')),
    ['uwsgi-start', 'module-not-found-error', 'uwsgi-start'],
  );
  t.is(found[1]?.title, "python: ModuleNotFoundError: No module named 'monascaclient'");
});

test('a message of several lines, with a remote traceback in it, is one finding', async (t) => {
  const found = await findings([
    ERROR('Failed: heat.common.exception.StackNotFound: gone'),
    'Traceback (most recent call last):',
    '  File "x.py", line 1, in call',
    'heat.common.exception.StackNotFound: gone',
    INFO('after'),
  ]);
  t.is(found.length, 1);
});

test('a warning whose message has several lines keeps its traceback', async (t) => {
  const stamp = '2026-01-01 00:00:00.000 7';
  const [finding, ...others] = await findings([
    `${stamp} WARNING oslo_db.sqlalchemy.exc_filters [-] DBAPIError exception wrapped.: Lost it`,
    '[SQL: SELECT 1]',
    `${stamp} ERROR oslo_db.sqlalchemy.exc_filters Traceback (most recent call last):`,
    `${stamp} ERROR oslo_db.sqlalchemy.exc_filters pymysql.err.OperationalError) (2013, 'Lost')`,
  ]);
  t.is(finding?.signature, 'database-unreachable');
  t.deepEqual(others, []);
});

test('an access line neither belongs to the error before it nor ends it', async (t) => {
  const [head = '', ...rest] = REFUSAL;
  const [found, ...more] = await findings(
    [head, '172.24.0.2 "GET /healthcheck" 200 104 ms -', ...rest],
    'heat-api',
  );
  t.is(found?.signature, 'rpc-version-refused');
  t.notRegex(found?.sample ?? '', /healthcheck/);
  t.deepEqual(more, []);
  const error =
    '2026-01-01 00:00:00.815 8 ERROR heat.common.wsgi [-] Exception handling resource: list indices must be integers';
  const [one] = await findings([error, '172.29.0.2 "GET /healthcheck" 200 104 ms -'], 'heat-api');
  t.is(one?.sample, error);
});

test('an error with another kind of context is its own entry', async (t) => {
  const found = await findings([
    ERROR('Failed'),
    '2026-01-01 00:00:02.000 7 ERROR heat.other [worker 1] Failed',
  ]);
  t.deepEqual(
    found.map(({ title }) => title),
    ['heat.engine.resource: Failed', 'heat.other: Failed'],
  );
});

test('a line of a traceback without its beginning gives no finding', async (t) => {
  t.deepEqual(await findings([FRAME('ValueError: no')]), []);
});

test('INFO, unknown warnings and access lines are no findings', async (t) => {
  t.deepEqual(
    await findings([
      INFO('Stack CREATE COMPLETE (s1): Stack CREATE completed successfully'),
      '2026-01-01 00:00:00.000 7 WARNING heat.engine.x [-] Something',
      '[pid: 15|app: 0|req: 1/1] 172.18.0.2 () {30 vars in 345 bytes} [Mon Nov 23 17:40:08 2026] GET /v1 => generated 133 bytes in 12 msecs',
    ]),
    [],
  );
});

const WORK = (verb: string): string =>
  `2026-01-01 00:00:00.000 7 INFO heat.engine.resource [None req-ea91fa1b-1b78-484d-8b06-3a93879aa497 u1 p1 - - - -] ${verb} TestResource "r1" Stack "s" [11111111-2222-4333-8444-555555555555]`;

test('work that is begun is counted for each second', async (t) => {
  const at = [100, 900, 999, 1000, 3500];
  const lines = at.map((ms, index) => ({
    time: new Date(START + ms).toISOString().replace('Z', '123456Z'),
    text: WORK(['creating', 'updating', 'deleting', 'Checking', 'suspending'][index] ?? ''),
  }));
  const where = {
    type: 'work-observed',
    node: 'node1',
    service: 'heat-engine.2',
    version: '24.0.0',
  } as const;
  t.deepEqual(await scan(lines, 'heat-engine.2'), [
    { ...where, at: 999, count: 3 },
    { ...where, at: 1000, count: 1 },
    { ...where, at: 3500, count: 1 },
  ]);
});

test('only an engine’s work counts', async (t) => {
  t.deepEqual(await scan(log([WORK('creating')]), 'heat-api'), []);
});

test('lines from before the run are left out', async (t) => {
  const lines = [ERROR('Failed'), WORK('creating')].map((text) => ({
    time: new Date(START - 1).toISOString(),
    text,
  }));
  t.deepEqual(await scan(lines), []);
});

test('an entry and a second are reported even if no further line comes', async (t) => {
  const seen = Promise.withResolvers<void>();
  let left = 2;
  async function* lines(): AsyncGenerator<LogLine> {
    yield* log([WORK('creating'), ...REFUSAL]);
    await seen.promise;
  }
  const events = await scan(lines(), 'heat-engine', () => {
    left -= 1;
    if (left === 0) {
      seen.resolve();
    }
  });
  t.deepEqual(events.map(({ type }) => type).sort(), ['log-finding', 'work-observed']);
});

test('a flood of one signature ends with a finding about the flood', async (t) => {
  const lines = Array.from({ length: MOST_FINDINGS.error + 10 }, () => ERROR('Failed'));
  const found = await findings([...lines, ERROR('Other')]);
  t.is(found.length, MOST_FINDINGS.error + 2);
  t.is(found.at(-2)?.signature, 'log-flood');
  t.regex(found.at(-2)?.title ?? '', /More than 2000 lines of heat-engine-resource-/);
  t.is(found.at(-1)?.title, 'heat.engine.resource: Other');
});

test('a process’s report about its changed lines is an event and not a log line, also within an entry', async (t) => {
  const path = '/usr/lib/python3/dist-packages/heat/engine/service.py';
  const [head = '', ...rest] = REFUSAL;
  const lines = ['rollgate-ran watches', head, `rollgate-ran ${path}:12`, ...rest];
  const events = await scan(log([...lines, 'rollgate-ran unknown: no sys.monitoring']));
  const where = { node: 'node1', service: 'heat-engine', version: '24.0.0' };
  t.deepEqual(
    events.filter(({ type }) => type !== 'log-finding'),
    [
      { type: 'code-watched', at: 0, ...where },
      { type: 'code-ran', at: 2, ...where, path, line: 12 },
      { type: 'code-watched', at: lines.length, ...where, unknown: 'no sys.monitoring' },
    ],
  );
  t.is(events.filter(({ type }) => type === 'log-finding').length, 1);
});
