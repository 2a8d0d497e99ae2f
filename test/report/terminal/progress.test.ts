import test from 'ava';
import { READINESS_REQUEST } from '../../../src/events/families/request.ts';
import type { RequestId } from '../../../src/events/fields.ts';
import { createProgress } from '../../../src/report/terminal/progress.ts';
import { badRoll, cleanRoll } from '../../verdict/runs.ts';
import { Story } from '../../verdict/stream.ts';
import { isGolden } from '../golden.ts';

function written({ events }: Story, tty = false, color = false, width = 100): string {
  let text = '';
  const progress = createProgress((chunk) => (text += chunk), { tty, color, width: () => width });
  for (const event of events) progress(event);
  return text;
}

test('without a terminal: one line per step, and the first occurrence of each event', async (t) => {
  await isGolden(t, 'progress', written(badRoll()));
});

test('without a terminal nothing is redrawn', (t) => {
  // oxlint-disable-next-line no-control-regex -- to find control characters is its purpose
  t.notRegex(written(badRoll()), /[\r\u001B]/);
});

/** What a terminal shows at the end, if it obeys the control codes. */
function screen(text: string): readonly string[] {
  return text.split('\n').map((line) => line.split('\r\u001B[2K').at(-1) ?? '');
}

test('a terminal is left with the same lines, and no status line', (t) => {
  t.deepEqual(screen(written(badRoll(), true)), written(badRoll()).split('\n'));
});

test('on a terminal the status line shows rate, losses, stacks in flight, queue and step', (t) => {
  const story = new Story({ upgrade: ['1.1 hold'] })
    .at(1)
    .step('1.1')
    .queue('/', 3)
    .queue('new', 4)
    .accepted('create', 'a')
    .accepted('update', 'a')
    .accepted('create', 'b')
    .at(6)
    .requests(20)
    .at(7)
    .request('timeout')
    .request('timeout', { control: true, probe: 'control' })
    .at(8)
    .settled('create', 'b');
  t.is(
    screen(written(story, true)).at(-1),
    '    8.0 s  4 requests/s · 1 lost · 1 stack in flight · 7 queued · upgrade: 1.1 hold',
  );
});

test('the status line is not drawn for every event', (t) => {
  const drawn = written(new Story().at(1).requests(1000), true).split('\r\u001B[2K').length;
  t.true(drawn <= 60, `${drawn} times in 10 s`);
});

test('a failure is printed with its hint, each on one line', (t) => {
  const story = new Story({ upgrade: ['1.1 swap @node1/heat-api'] }).at(1).step('1.1').at(9);
  story.add({
    type: 'step-finished',
    at: 9000,
    step: '1.1',
    status: 'failed',
    seconds: 8,
    error: { code: 'not-ready', message: 'no answer\n\u001B[31mTraceback', hint: 'Read the log.' },
  });
  t.deepEqual(written(story).split('\n').slice(1), [
    '    9.0 s  ✘ 1.1 swap node1/heat-api (8.0 s)',
    '    9.0 s    not-ready: no answer Traceback',
    '    9.0 s    Read the log.',
    '',
  ]);
});

test('each parallel step has a line, and the step that contains them has none', (t) => {
  const story = new Story({ upgrade: ['1.1 together', '1.1.1 hold', '1.1.2 hold'] }).at(1);
  story.step('1.1').step('1.1.1').step('1.1.2').at(2).done('1.1.1').done('1.1.2').done('1.1');
  t.deepEqual(
    written(story)
      .split('\n')
      .flatMap((line) => /✔ (\S+)/.exec(line)?.[1] ?? []),
    ['1.1.1', '1.1.2'],
  );
});

test('colour is used only on request', (t) => {
  t.true(written(cleanRoll(), false, true).includes('\u001B[32m'));
  t.false(written(cleanRoll(), false, false).includes('\u001B'));
});

test('faults, dropped messages, lack of memory and unrequested exits are printed', (t) => {
  const where = { node: 'node1', service: 'heat-engine', version: '24.0.0' };
  const dropped = { type: 'message-dropped', ...where, sample: '' } as const;
  const fault = { step: '1.1', fault: 'pause', on: 'mysql' };
  const exited = { type: 'container-changed', change: 'exited' } as const;
  const story = new Story()
    .add({ type: 'fault-began', at: 1000, ...fault })
    .add({ ...dropped, at: 2000, message: 'a' })
    .add({ ...dropped, at: 2000, message: 'b' })
    .add({ type: 'fault-ended', at: 3000, ...fault })
    .add({ type: 'container-changed', at: 4000, container: 'mysql', change: 'out-of-memory' })
    .add({ ...exited, at: 4001, container: 'mysql', exitCode: 137 })
    .at(5)
    .stopping('node1/heat-engine')
    .add({ ...exited, at: 6000, container: 'node1/heat-engine', exitCode: 137 })
    .add({ ...exited, at: 6000, container: 'db-sync', exitCode: 0 });
  t.deepEqual(written(story).split('\n').slice(1), [
    '    1.0 s  ! fault begins: pause on mysql',
    '    2.0 s  ! node1/heat-engine 24.0.0 took messages off its queue and dropped them',
    '    3.0 s  ! fault ends: pause on mysql',
    '    4.0 s  ! mysql ran out of memory',
    '    4.0 s  ! mysql exited with status 137 without a request to stop',
    '',
  ]);
});

test('an exit that a fault caused was requested; a later exit of the same service is unexpected', (t) => {
  const changed = { type: 'container-changed', container: 'mysql' } as const;
  const kill = { step: '1.1', fault: 'kill', on: 'mysql' } as const;
  const story = new Story()
    .add({ type: 'fault-began', at: 1000, ...kill })
    .add({ ...changed, at: 1010, change: 'exited', exitCode: 137 })
    .add({ type: 'fault-ended', at: 3000, ...kill })
    .add({ ...changed, at: 3001, change: 'started' })
    .add({ ...changed, at: 4000, change: 'exited', exitCode: 137 });
  t.deepEqual(written(story).split('\n').slice(1), [
    '    1.0 s  ! fault begins: kill on mysql',
    '    3.0 s  ! fault ends: kill on mysql',
    '    4.0 s  ! mysql exited with status 137 without a request to stop',
    '',
  ]);
});

test('the outcome of each revived stack is printed', (t) => {
  const story = new Story().add({
    type: 'revival-ended',
    at: 9000,
    object: 'stack-1',
    by: 'update',
    outcome: 'completed',
    status: 'UPDATE_COMPLETE',
    seconds: 4.25,
  });
  t.regex(
    written(story),
    /9\.0 s {4}stack-1, which was stuck, updated again: completed, UPDATE_COMPLETE \(4\.3 s\)/,
  );
});

test('in a terminal that becomes narrower, the status line fits and uses fewer words', (t) => {
  let width = 100;
  const drawn: string[] = [];
  const progress = createProgress((chunk) => drawn.push(chunk), {
    tty: true,
    color: false,
    width: () => width,
  });
  for (const event of badRoll().events) {
    progress(event);
    if (event.type === 'run-started') [width, drawn.length] = [60, 0];
  }
  const status = drawn
    .flatMap((text) => text.split('\r\u001B[2K').flatMap((part) => part.split('\n')))
    .filter((text) => / queued/.test(text));
  t.true(status.length > 10);
  t.true(status.every((line) => line.length <= 59));
  t.regex(status.at(-1) ?? '', /^ +[\d.]+ s {2}\d+\/s · \d+ lost · \d+ stacks? · \d+ queued/);
});

test('a line about something that happened long ago has its time', (t) => {
  let text = '';
  const progress = createProgress((chunk) => (text += chunk), { tty: false, color: false });
  const [start] = new Story().events;
  if (start !== undefined) progress(start);
  progress({ type: 'step-note', at: 9000, step: '1.1', text: 'quiet' });
  const where = { node: 'node1', service: 'heat-engine', version: '24.0.0' };
  progress({ type: 'message-dropped', at: 4000, ...where, message: 'a', sample: '' });
  t.deepEqual(text.split('\n').slice(1), [
    '    9.0 s    quiet',
    '    9.0 s  ! node1/heat-engine 24.0.0 took messages off its queue and dropped them (at 4.0 s)',
    '',
  ]);
});

test('a delay of the harness is printed once, whichever probe shows it', (t) => {
  const dropped = { type: 'arrivals-dropped', scheduledAt: 0, reason: 'late' } as const;
  const story = new Story()
    .add({ ...dropped, at: 1000, probe: 'list' })
    .add({ ...dropped, at: 2000, probe: 'show' });
  t.is(written(story).split('\n').length, 3);
});

test('a pause prints its next step, its reason, and the commands to inspect and to resume', (t) => {
  const text = written(
    new Story({ upgrade: ['4.1 swap @node1/heat-engine'] })
      .at(5)
      .paused('stopped', { next: '4.1', why: ['asked for'] })
      .at(65)
      .resumed(),
  );
  t.regex(text, /5\.0 s {2}⏸ paused at 4\.1 swap node1\/heat-engine; the load is paused$/m);
  t.regex(text, /^ {13}asked for$/m);
  t.regex(text, / {2}rollgate status --name lab-1 /);
  t.regex(text, / {2}eval "\$\(rollgate env --name lab-1\)" /);
  t.regex(text, / {2}rollgate resume --name lab-1 /);
  t.regex(text, /▶ goes on after 1 s$/m);
});

test('an error of a request that checks if a service serves yet is not shown', (t) => {
  const of = (request: RequestId) => {
    const story = new Story();
    story.add({
      type: 'log-finding',
      at: 1000,
      node: 'node1',
      service: 'heat-api',
      version: '26.0.1',
      signature: 'messaging-timeout',
      title: 'A call got no reply in time',
      severity: 'error',
      sample: 'MessagingTimeout',
      request,
    });
    return written(story);
  };
  t.regex(of('req-1'), /! node1\/heat-api 26\.0\.1: A call got no reply in time/);
  t.notRegex(of(READINESS_REQUEST), /no reply/);
});
