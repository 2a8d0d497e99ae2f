import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { encodeEvent } from '../../src/events/codec.ts';
import type { RunEvent } from '../../src/events/event.ts';
import { mendEvents, readBroken } from '../../src/watch/resume.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const UNKNOWN = { series: 'unknown', version: 'unknown', image: 'unknown' };
const START: RunEvent = {
  type: 'run-started',
  at: 0,
  time: '2026-11-28T12:00:00.000Z',
  format: 1,
  lab: 'ci',
  seed: 7,
  scenario: 'watch',
  subject: 'heat',
  choreography: 'watched',
  topology: 'staging',
  watched: { cloud: 'staging', endpoint: 'https://cloud.example', project: 'gate', probes: [] },
  base: UNKNOWN,
  target: UNKNOWN,
  require: [],
  stages: [],
  services: [],
};
const began = (step: string, at: number, kind: string, stage: string): RunEvent => ({
  type: 'step-started',
  at,
  step,
  what: { name: `step ${step}`, kind, stage },
});
const accepted = (operation: string): RunEvent => ({
  type: 'operation-accepted',
  at: 3000,
  operation,
  action: 'create',
  object: operation,
  sentAt: 2900,
  request: 'req-1',
});

function folderWith(events: readonly RunEvent[], rest = ''): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'events.ndjson'), events.map(encodeEvent).join('') + rest);
  return folder;
}

const KILLED: readonly RunEvent[] = [
  START,
  began('1', 0, 'start-load', 'watch'),
  { type: 'step-finished', at: 1000, step: '1', status: 'done', seconds: 1 },
  began('2', 1500, 'mark', 'command'),
  began('3', 2000, 'mark', 'marked'),
  accepted('a'),
  accepted('b'),
  {
    type: 'operation-settled',
    at: 4000,
    operation: 'a',
    action: 'create',
    object: 'a',
    outcome: 'completed',
    status: 'CREATE_COMPLETE',
  },
];

test('a killed watch resumes with its last mark, its steps and its open requests', async (t) => {
  const folder = folderWith(KILLED, '{"type":"requ');
  const broken = await readBroken(folder, 'ci');
  t.like(broken, { lastAt: 4000, nextStep: 4, marks: 1 });
  t.like(broken?.marked, { id: '3', from: 2000 });
  t.deepEqual(
    broken?.open.map(({ id }) => id),
    ['2'],
  );
  t.deepEqual(
    broken?.unsettled.map(({ operation }) => operation),
    ['b'],
  );
  await mendEvents(folder);
  t.is(readFileSync(join(folder, 'events.ndjson'), 'utf8'), KILLED.map(encodeEvent).join(''));
});

test('a folder without a watch, or with a finished one, cannot be resumed', async (t) => {
  t.is(await readBroken(temporaryFolder(), 'ci'), undefined);
  const finished: RunEvent = {
    type: 'run-finished',
    at: 5000,
    time: '2026-11-28T12:00:05.000Z',
    outcome: 'completed',
  };
  t.is(await readBroken(folderWith([...KILLED, finished]), 'ci'), undefined);
});

test('a watch with another name is not resumed', async (t) => {
  const error = await t.throwsAsync(readBroken(folderWith(KILLED), 'other'));
  t.like(error, { code: 'another-watch' });
});
