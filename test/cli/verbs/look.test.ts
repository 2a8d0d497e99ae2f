import { execFileSync } from 'node:child_process';
import test from 'ava';
import { renderExports } from '../../../src/cli/verbs/lab/env.ts';
import { inOrder, sinceOf } from '../../../src/cli/verbs/lab/logs.ts';
import { renderQueues } from '../../../src/cli/verbs/lab/queues.ts';
import { renderTable, statementsOf } from '../../../src/cli/verbs/lab/sql.ts';
import { renderStatus } from '../../../src/cli/verbs/lab/status.ts';
import { invoked } from '../rollgate.ts';

const wide = { columns: () => 100 };

test('a shell reads the exports correctly, whatever characters they contain', (t) => {
  const value = `a'b "c" $HOME \`id\`\n;d`;
  const script = `OS_CLOUD=mine\n${renderExports({ OS_PASSWORD: value })}\nprintf %s "$OS_CLOUD|$OS_PASSWORD"`;
  t.is(execFileSync('sh', ['-c', script], { encoding: 'utf8' }), `|${value}`);
});

test('a time for logs is a duration or a date', (t) => {
  const now = Date.parse('2026-01-31T12:00:00Z');
  const ago = (text: string): number => now / 1000 - sinceOf(text, now);
  t.deepEqual(['90', '90s', '5m', '1.5h', '0'].map(ago), [90, 90, 300, 5400, 0]);
  t.is(ago('2026-01-31T11:59:00Z'), 60);
  t.is(ago('2026-01-31'), 43_200);
  for (const wrong of ['yesterday', '-5', 'step 1', '', '9'.repeat(400)]) {
    t.throws(() => sinceOf(wrong, now), { code: 'invalid-option', message: /is not a time/ });
  }
});

test('lines of several services are merged in the order of their times', (t) => {
  const line = (time: string, text: string) => ({ time: `2026-01-31T12:00:0${time}Z`, text });
  const lines = [line('1.5', 'a'), line('3.0', 'b'), line('1.0', 'c'), line('3.0', 'd')];
  t.is(
    inOrder(lines)
      .map(({ text }) => text)
      .join(''),
    'cabd',
  );
});

test('an SQL script is split at semicolons at the ends of lines, not within a line', (t) => {
  t.deepEqual(statementsOf("select ';' as a;\nselect\n 2;\n\nselect 3"), [
    "select ';' as a",
    'select\n 2',
    'select 3',
  ]);
});

test('rows are printed as a table, with NULL and control characters readable', (t) => {
  const answer = { columns: ['name', 'x'], rows: [['a\u001B[2Jb\nc', null] as const] };
  t.is(renderTable(answer, wide), 'name  x\nab c  NULL\n1 row');
  t.is(renderTable({ columns: ['x'], rows: [] }, wide), '0 rows');
});

test('a row wider than the terminal is printed with one column per line', (t) => {
  const answer = { columns: ['name', 'template'], rows: [['a', 'x'.repeat(99)] as const] };
  t.is(renderTable(answer, wide), `row 1\n  name      a\n  template  ${'x'.repeat(99)}\n1 row`);
});

test('queues with messages come first; a queue without a consumer is marked', (t) => {
  const queue = { ready: 0, unacknowledged: 0, consumers: 1 };
  const queues = [
    { ...queue, name: 'engine' },
    { ...queue, name: 'engine.gone', ready: 3, consumers: 0 },
  ];
  t.deepEqual(
    renderQueues([{ vhost: 'heat', queues }])
      .split('\n')
      .slice(1),
    [
      'heat   engine.gone  3      0               0          no consumer',
      'heat   engine       0      0               1',
    ],
  );
});

test('the status shows where a run is paused, and which engines hold parts of a stuck stack', (t) => {
  const unserved = [{ name: 'engine_worker.e1', ready: 3, unacknowledged: 0, consumers: 0 }];
  const text = renderStatus(
    [
      {
        name: 'one',
        created: null,
        kept: false,
        paused: {
          next: '4.1 swap heat-engine on node1',
          why: ['asked for'],
          load: 'stopped',
          since: '2026-01-01T12:00:00.000Z',
          folder: 'runs/1',
        },
        infrastructure: [],
        services: [],
        endpoints: {},
        vhosts: [{ vhost: 'heat', queues: 6, consumers: 5, ready: 1, unacknowledged: 2, unserved }],
        inFlight: [
          {
            object: 'rollgate-1-3',
            id: 'id',
            status: 'UPDATE_IN_PROGRESS',
            silentSeconds: 75,
            stuck: true,
            lockedBy: 'node1 e1 (gone)',
            unfinished: [
              { part: 'link4', status: 'CREATE_COMPLETE' },
              { part: 'link3', status: 'UPDATE_IN_PROGRESS', heldBy: 'node1 e1 (gone)' },
            ],
          },
        ],
        unseen: ['queues: no answer'],
      },
    ],
    false,
  );
  t.regex(text, /paused at 4\.1 swap heat-engine on node1; the load is paused/);
  t.regex(text, /rollgate resume --name one/);
  t.regex(text, /^ {2}heat +6 +5 +1 +2$/m);
  t.regex(
    text,
    /^ {2}rollgate-1-3 {2}UPDATE_IN_PROGRESS, stuck: no event for 75 s, locked by node1 e1 \(gone\)$/m,
  );
  t.regex(text, /^ {4}link4: CREATE_COMPLETE, held by no engine$/m);
  t.regex(text, /^ {4}link3: UPDATE_IN_PROGRESS, held by node1 e1 \(gone\)$/m);
  t.regex(text, /no consumer of engine_worker\.e1 \(heat\), which holds messages: 3/);
  t.regex(text, /so far: runs\/1$/m);
  t.regex(text, /not seen: queues: no answer/);
});

test('an unknown step to pause at is refused before anything starts', async (t) => {
  const { exitCode, stderr } = await invoked(['run', '--pause-at', '9.9']);
  t.is(exitCode, 104);
  t.regex(stderr, /^error: --pause-at 9\.9: the plan has no such step\n {2}1\.1 start the load$/m);
});

test('invalid values of --pause-on and of the load during a pause are refused', async (t) => {
  t.regex(
    (await invoked(['run', '--pause-on', 'success'])).stderr,
    /--pause-on success: no such event\nhint: Name one of: failure/,
  );
  t.regex((await invoked(['run', '--paused-load', 'x'])).stderr, /choices are stopped, running/);
});
