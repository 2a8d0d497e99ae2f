import test from 'ava';
import { called } from '../../src/report/called.ts';
import { judge } from '../../src/verdict/judge.ts';
import { badRoll, cleanRoll } from '../verdict/runs.ts';
import { Story } from '../verdict/stream.ts';

test('a run is called failed if one of its required tags failed', (t) => {
  t.is(called(judge(badRoll({ require: ['supports-zero-downtime-upgrade'] }).events)), 'failed');
});

test('a run that only could not prove its required tags is called not proven; its outcome is failed', (t) => {
  const verdict = judge(cleanRoll({ require: ['supports-zero-impact-upgrade'] }).events);
  t.is(verdict.outcome, 'failed');
  t.is(verdict.tags['supports-zero-impact-upgrade'].status, 'not-proven');
  t.is(called(verdict), 'not-proven');
});

test('a run that did not finish is an error, whatever it could prove', (t) => {
  t.is(called(judge(new Story().at(1).requests(5).events)), 'error');
});
