import { once } from 'node:events';
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import test from 'ava';
import { encodeEvent, readStarted } from '../../../src/events/codec.ts';
import type { RunEvent } from '../../../src/events/event.ts';
import { Redactor } from '../../../src/infra/redactor.ts';
import { drawSecrets } from '../../../src/infra/secrets.ts';
import { RUN_FOLDER } from '../../../src/run-folder.ts';
import { EventLog } from '../../../src/run/logs/event-log.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const SECRETS = drawSecrets();

function note(at: number, text = `note ${at}, grüße`): RunEvent {
  return { type: 'step-note', at, step: '1.1', text };
}

function logIn(
  directory: string,
  more: { append?: boolean; onFailure?: () => void } = {},
): EventLog {
  return new EventLog({
    path: join(directory, RUN_FOLDER.events),
    redactor: new Redactor(SECRETS),
    listeners: [],
    ...more,
  });
}

test('events are read back at every moment: before they are written, meanwhile and after', async (t) => {
  const directory = temporaryFolder();
  const log = logIn(directory);
  const all: RunEvent[] = [];
  for (let at = 0; at < 400; at += 1) {
    all.push(note(at));
    log.emit(note(at));
    if (at % 40 === 0) await after(15);
    if (at % 25 === 0) t.deepEqual(await log.read(), all);
  }
  await log.close();
  t.deepEqual(await log.read(), all);
  log.release();
  t.deepEqual(await readStarted(directory), all);
});

test('read events have no secret', async (t) => {
  const log = logIn(temporaryFolder());
  log.emit(note(1, `password: ${SECRETS.broker}`));
  t.deepEqual(await log.read(), [note(1, 'password: ***')]);
  await log.close();
  log.release();
});

test('what a full disk refuses is read from memory', async (t) => {
  const directory = temporaryFolder();
  symlinkSync('/dev/full', join(directory, RUN_FOLDER.events));
  const failed = new AbortController();
  const log = logIn(directory, { onFailure: () => failed.abort() });
  const broken = once(failed.signal, 'abort');
  log.emit(note(1));
  await broken;
  log.emit(note(2));
  t.deepEqual(await log.read(), [note(1), note(2)]);
  await t.throwsAsync(log.close(), { code: 'unwritable-file' });
  t.deepEqual(await log.read(), [note(1), note(2)]);
  log.release();
});

test('a folder that is removed during the run takes no event away', async (t) => {
  const directory = temporaryFolder();
  const log = logIn(directory);
  log.emit(note(1));
  await after(200);
  rmSync(directory, { recursive: true });
  log.emit(note(2));
  await log.close();
  t.deepEqual(await log.read(), [note(1), note(2)]);
  log.release();
});

test('events are appended to those of an interrupted run, and read with them', async (t) => {
  const directory = temporaryFolder();
  const file = join(directory, RUN_FOLDER.events);
  writeFileSync(file, encodeEvent(note(1)));
  const log = logIn(directory, { append: true });
  t.deepEqual(await log.read(), [note(1)]);
  log.emit(note(2));
  await log.close();
  t.deepEqual(await log.read(), [note(1), note(2)]);
  log.release();
  t.is(await readFile(file, 'utf8'), encodeEvent(note(1)) + encodeEvent(note(2)));
});
