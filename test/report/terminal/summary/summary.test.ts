import { stripVTControlCharacters } from 'node:util';
import test from 'ava';
import { renderVerdict } from '../../../../src/report/terminal/summary/summary.ts';
import { judge } from '../../../../src/verdict/judge.ts';
import { badRoll, cleanRoll, roll } from '../../../verdict/runs.ts';
import { OLD, Story } from '../../../verdict/stream.ts';
import { isGolden } from '../../golden.ts';

const summary = test.macro({
  title: (_, name: string) => `the summary of a run that ${name.replaceAll('-', ' ')}`,
  async exec(t, name: string, story: Story) {
    const verdict = judge(story.events);
    const text = renderVerdict(verdict, { color: false, directory: 'runs/1' });
    await isGolden(t, name, `${text}\n`);
    const lines = text.split('\n');
    t.true(lines.length <= 40, `${lines.length} lines`);
    t.true(lines.every(({ length }) => length <= 100));
    const colored = renderVerdict(verdict, { color: true, directory: 'runs/1' });
    t.not(colored, text);
    t.is(stripVTControlCharacters(colored).replaceAll(/ +$/gm, ''), text, 'colour adds no text');
  },
});

test(summary, 'passed', cleanRoll({ require: ['supports-zero-downtime-upgrade'] }));
test(summary, 'failed', badRoll());
test(
  summary,
  'was-paused',
  cleanRoll().at(14.5).paused('stopped', { next: '2.3' }).at(18.5).resumed(),
);
test(
  summary,
  'carried-less-than-was-asked',
  cleanRoll().at(14).add({
    type: 'load-left-out',
    at: 14_000,
    what: 'stacks',
    why: '5 were due meanwhile; now they are begun again',
    objects: 5,
  }),
);
test(summary, 'was-a-control', cleanRoll({ target: OLD, choreography: 'control' }));
test(
  summary,
  'dropped-messages',
  new Story({ faults: ['1.1 stop @node1/heat-engine'] })
    .at(8)
    .accepted('create', 'a')
    .at(9)
    .step('1.1')
    .at(10)
    .stopping('node1/heat-engine')
    .at(12)
    .droppedMessage('node1/heat-engine', {
      request: 'req-create-a',
      sample:
        '2026-08-01 12:00:12.001 10 DEBUG oslo_messaging._drivers.amqpdriver [-] received message with unique_id: db643b80e6db4bbdaa81c3a73241fc93 __call__ amqpdriver.py:401',
      avoidedBy:
        '[oslo_messaging_rabbit] use_queue_manager = true: the backlog stays with the broker',
    })
    .at(15)
    .stopped('node1/heat-engine')
    .done('1.1')
    .at(60)
    .settled('create', 'a', 'stuck', { lastProgressAt: 12_000 })
    .finished(),
);
test(
  summary,
  'was-aborted',
  roll().at(46).finished('aborted', { code: 'aborted', message: 'Ctrl-C', hint: 'Run it again.' }),
);
test(
  summary,
  'did-not-start-the-target',
  new Story({ upgrade: ['1.1 swap @node1/heat-engine'] })
    .at(1)
    .step('1.1')
    .stopping('node1/heat-engine')
    .at(2)
    .stopped('node1/heat-engine')
    .started('node1/heat-engine')
    .at(90)
    .broke('1.1', 'not-ready', 'heat-engine exited with status 1\nImportError: no module')
    .finished('failed', {
      code: 'not-ready',
      message: 'heat-engine exited',
      step: '1.1',
      hint: 'Read logs/node1.heat-engine.2026.1.log.',
    }),
);

test(
  summary,
  'was-noisy',
  cleanRoll().at(35).control('timeout', 4).request('timeout', {}, 3).at(40).delayed(439),
);

test('the summary of a failed run, in colour', async (t) => {
  const text = renderVerdict(judge(badRoll().events), { color: true, directory: 'runs/1' });
  await isGolden(t, 'failed-color', `${text}\n`);
});

test('however much went wrong, the summary fits one screen', (t) => {
  const story = badRoll({
    require: ['supports-upgrade', 'supports-rolling-upgrade', 'supports-zero-impact-upgrade'],
  });
  for (let index = 0; index < 50; index += 1) {
    story.at(30 + index).request('5xx-service', { status: 500 + index, detail: 'x'.repeat(500) });
    story.logged('node1/heat-api', OLD.version, { signature: `trouble-${index}` });
    story.control('timeout', 4).request('timeout', {}, 3);
  }
  const text = renderVerdict(judge(story.events), { color: false, width: 80, directory: 'runs/1' });
  const lines = text.split('\n');
  t.true(lines.length <= 40, `${lines.length} lines`);
  t.true(lines.every(({ length }) => length <= 80));
  t.regex(text, /and \d+ more causes in verdict\.json/);
  t.regex(text, /^Noise /m);
  t.regex(text, /^Times /m);
});

test('the missing parts of a tag take at most two lines', (t) => {
  const story = cleanRoll().at(30).requests(146, { probe: 'show' });
  for (let lost = 0; lost < 4; lost += 1) {
    story.request('5xx-balancer', { probe: 'show', status: 502 });
  }
  const rows = (width: number): readonly string[] => {
    const lines = renderVerdict(judge(story.events), { color: false, width }).split('\n');
    const at = lines.findIndex((line) => line.includes('supports-accessible-upgrade'));
    return lines.slice(at, at + 3);
  };
  const column = ' '.repeat(36);
  t.deepEqual(rows(100).slice(0, 2), [
    '  ? supports-accessible-upgrade     resources-reachable: 4 of 150 reads were lost: the stack may',
    `${column}have been out of reach.`,
  ]);
  t.regex(rows(70)[1] ?? '', /^ {36}\S.* …$/);
  t.regex(rows(70)[2] ?? '', /supports-rolling-upgrade/);
});

test('if the screen has room for one more line, the first tag gets it', (t) => {
  const story = badRoll({ require: ['supports-upgrade'] });
  for (let index = 0; index < 9; index += 1) {
    story.logged('node1/heat-api', OLD.version, { signature: `trouble-${index}` });
  }
  const text = renderVerdict(judge(story.events), { color: false, width: 80, directory: 'runs/1' });
  t.is(text.split('\n').length, 40);
  t.regex(text, /resources-reachable: No probe read a\n +resource/);
  t.regex(text, /versions-understand-each-other: 2 .*…\n/);
});

test('no text from outside controls the terminal', (t) => {
  const evil = '\u001B[2J\u001B]0;owned\u0007red\u009B31m \u202Eback\r\nline\u0008';
  const story = new Story({ [evil]: [`1.1 ${evil}`] }, { topology: evil, lab: evil })
    .at(1)
    .step('1.1')
    .logged('node1/heat-api', evil, { title: evil, sample: evil })
    .request('5xx-service', { status: 500, detail: evil, server: evil, operation: evil })
    .broke('1.1', 'odd', evil)
    .finished('failed', { code: 'odd', message: evil, hint: evil });
  const text = renderVerdict(judge(story.events), { color: false, directory: 'runs/1' });
  // oxlint-disable-next-line no-control-regex -- to find control characters is its purpose
  t.notRegex(text, /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E]/);
  t.regex(text, /red/);
});

test('the summary ends with the command that follows the first cause’s first victim', (t) => {
  const verdict = judge(badRoll().events);
  const [first] = verdict.causes;
  const text = renderVerdict(verdict, { color: false, directory: 'runs/1' });
  t.truthy(first?.victim);
  t.true(text.endsWith(`rollgate follow runs/1 ${first?.victim}`));
});

test('requests that needed a new token are served, and are counted separately', (t) => {
  const story = cleanRoll();
  const before = judge(story.events).api;
  const request = story.events.find(({ type }) => type === 'request');
  if (request?.type !== 'request') throw new Error('a roll has requests');
  const events = story.events.map((event) =>
    event === request ? { ...request, reauthenticated: true } : event,
  );
  const verdict = judge(events);
  t.is(verdict.api.reauthenticated, 1);
  t.is(verdict.api.failed, before.failed);
  t.regex(renderVerdict(verdict, { color: false }), /served.*; 1 needed a new token/);
});

test('a gap of a watch is neither served nor lost: it has its own lines', (t) => {
  const verdict = judge(cleanRoll().events);
  const why = 'another user deleted rollgate-ci-standing';
  const text = renderVerdict(
    {
      ...verdict,
      unobserved: [
        { what: 'answers', from: 2000, to: 3000, seconds: 1, why, requests: 1234, step: null },
        {
          what: 'cloud',
          from: 9000,
          to: 43_000,
          seconds: 34,
          why: 'off',
          requests: 0,
          step: '1.1',
        },
        { what: 'source', from: 50_000, to: 51_000, seconds: 1, why: 'x', requests: 0, step: null },
      ],
    },
    { color: false },
  );
  t.regex(text, /^Gaps {4}not observed: 34\.0 s of the cloud, 1,234 requests, 1 source$/m);
  t.regex(text, /^ {8}the longest 34\.0 s, from 9\.0 s in step 1\.1 .*\n {8}off$/m);
  t.notRegex(renderVerdict(verdict, { color: false }), /not observed/);
});

test('a cause names the state of the upgrade, if its stage is one', (t) => {
  const place = (stage: string): string => {
    const story = new Story({ [stage]: ['1.1 swap @node1/heat-engine'] })
      .at(1)
      .requests(20)
      .step('1.1')
      .at(10)
      .request('5xx-service', { status: 500 })
      .at(20)
      .done('1.1')
      .finished();
    return renderVerdict(judge(story.events), { color: false });
  };
  t.regex(
    place('state 1.1: some engines pinned'),
    /, state 1\.1: some engines pinned, from step 1\.1 swap/,
  );
  t.notRegex(place('node1'), /, node1, from step/);
});

test('the summary names the transport of the calls, once', (t) => {
  const run = (topology: string, transport?: string): string =>
    renderVerdict(judge(cleanRoll({ topology, ...(transport && { transport }) }).events), {
      color: false,
    });
  t.regex(run('2x2', 'json-rpc'), / on 2x2 over json-rpc, seed 7/);
  t.regex(run('2x2-json-rpc', 'json-rpc'), / on 2x2-json-rpc, seed 7/);
  t.regex(run('2x2'), / on 2x2, seed 7/);
});
