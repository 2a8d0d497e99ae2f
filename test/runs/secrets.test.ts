import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import type { LogLine } from '../../src/containers/port.ts';
import { RollgateError } from '../../src/errors.ts';
import type { RunEvent } from '../../src/events/event.ts';
import { Redactor } from '../../src/infra/redactor.ts';
import { drawSecrets } from '../../src/infra/secrets.ts';
import { keepLog } from '../../src/run/logs/service-log.ts';
import { RunFolder } from '../../src/runs/folder/folder.ts';
import { planned } from '../plan/planned.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const secrets = drawSecrets();
const TOKEN = `gAAAAABm${'q'.repeat(80)}`;
/** Every secret of a lab, and some that came up while it ran. */
const HOSTILE = [
  ...Object.values(secrets),
  `X-Auth-Token: ${TOKEN}`,
  '{"auth": {"password": "hunter2"}}',
  'mysql+pymysql://heat:hunter2@mysql/heat',
].join('\n');

/** Each file of a folder with its text. */
async function textsOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return new Map(
    await Promise.all(
      files.map(async ({ parentPath, name }) => {
        return [name, await readFile(join(parentPath, name), 'utf8')] as const;
      }),
    ),
  );
}

const LEAKS = [...Object.values(secrets), 'gAAAA', 'hunter2'];
const leaksOf = (text: string): readonly string[] => LEAKS.filter((leak) => text.includes(leak));

test('the planted secrets can be found', (t) => {
  t.deepEqual(leaksOf(HOSTILE), LEAKS);
  t.is(new Set(LEAKS).size, Object.keys(secrets).length + 2);
});

test('no secret of an event is written, kept or passed to a listener', async (t) => {
  const directory = temporaryFolder();
  const heard: RunEvent[] = [];
  const folder = await RunFolder.create({
    plan: await planned(),
    directory,
    secrets,
    onEvent: (event) => heard.push(event),
  });
  folder.emit({ type: 'step-note', at: 0, step: '1.1', text: 'nothing to hide' });
  folder.emit({ type: 'step-note', at: 0, step: '1.1', text: `before\n${HOSTILE}\nafter` });
  const error = { code: 'unexpected', message: HOSTILE, hint: HOSTILE };
  folder.emit({
    type: 'step-finished',
    at: 0,
    step: '1.1',
    status: 'failed',
    seconds: 1,
    error,
  });
  await folder.close();
  const events = (await textsOf(directory)).get('events.ndjson') ?? '';
  t.is(events.split('\n').length, 4);
  t.regex(events, /nothing to hide/);
  t.regex(events, /before\\n\*\*\*.*after/);
  t.deepEqual(leaksOf(events), []);
  t.is(heard.length, 3);
  t.deepEqual(leaksOf(JSON.stringify(heard)), []);
});

test('after an error with a secret, no file of the run contains it', async (t) => {
  const directory = temporaryFolder();
  const folder = await RunFolder.create({ plan: await planned(), directory, secrets });
  const error = new RollgateError('not-ready', HOSTILE, { detail: HOSTILE, hint: HOSTILE });
  const result = await folder.concludeWithoutLab('lab-1', error, {
    startedAt: new Date(),
    aborted: false,
  });
  t.deepEqual(leaksOf(JSON.stringify([result.verdict, result.events])), []);
  const texts = await textsOf(directory);
  t.true(texts.has('events.ndjson') && texts.has('verdict.json') && texts.has('plan.txt'));
  for (const [name, text] of texts) t.deepEqual(leaksOf(text), [], name);
  t.regex(texts.get('verdict.json') ?? '', /not-ready: \*\*\*/);
});

test('a log is kept and handed on without its secrets', async (t) => {
  const file = join(temporaryFolder(), 'keystone.log');
  async function* logs(): AsyncIterable<LogLine> {
    for (const text of ['plain', ...HOSTILE.split('\n')]) {
      yield { time: '2026-08-01T12:00:00Z', text: `DEBUG ${text}` };
    }
  }
  const lines: LogLine[] = [];
  const signal = new AbortController().signal;
  const redactor = new Redactor(secrets);
  for await (const line of keepLog({ logs }, 'keystone', { file, redactor, signal })) {
    lines.push(line);
  }
  const text = await readFile(file, 'utf8');
  t.is(text, lines.map((line) => `${line.time} ${line.text}\n`).join(''));
  t.is(lines.length, HOSTILE.split('\n').length + 1);
  t.true(lines.every((line) => line.text.startsWith('DEBUG ')));
  t.is(lines[0]?.text, 'DEBUG plain');
  t.deepEqual(leaksOf(text), []);
});
