import test from 'ava';
import type { RunEvent } from '../../../src/events/event.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { changedCodeInWords } from '../../../src/verdict/reading/changed-code.ts';
import { NEW, Story } from '../stream.ts';

const SERVICE = 'heat/engine/service.py';
const where = { node: 'node1', service: 'heat-engine', version: NEW.version };

/** A roll of two engines with two changed functions; lines of them that ran, with when. */
function roll(
  ran: readonly (readonly [line: number, at: number])[],
  unknown?: string,
  changed: readonly Statement[] = CHANGED,
) {
  const story = new Story({ one: ['1.1 swap @node1'], two: ['2.1 swap @node2'] });
  story.add({
    type: 'code-changed',
    at: 0,
    statements: [...changed],
    omitted: 0,
  });
  story.at(5).requests(10).swapped('node1/heat-engine').swapped('node1/heat-api').at(8);
  story.add({ type: 'code-watched', at: 8000, ...where, ...(unknown && { unknown }) });
  for (const [line, at] of ran) {
    story.add({ type: 'code-ran', at: at * 1000, ...where, path: `/${SERVICE}`, line });
  }
  story.at(20).swapped('node2/heat-engine').swapped('node2/heat-api').at(40).finished();
  const { changedCode, tags } = judge(story.events);
  const clause = tags['supports-rolling-upgrade'].clauses.find(({ id }) => id === 'change-ran');
  return { changedCode, clause };
}

type Statement = Extract<RunEvent, { type: 'code-changed' }>['statements'][number];

function statement(line: number, name: string | null): Statement {
  return { file: SERVICE, path: `/${SERVICE}`, function: name, line, lines: [line, line + 100] };
}

const CHANGED = [
  statement(10, 'EngineService.list_stacks'),
  statement(20, 'EngineService.stack_snapshot'),
  statement(21, 'EngineService.stack_snapshot'),
];

test('an import runs as its module is loaded, and shows nothing of a function that did not run', (t) => {
  const imported = statement(1, null);
  const { changedCode, clause } = roll([[1, 15]], undefined, [imported, ...CHANGED]);
  t.like(changedCode, { statements: 3, met: 0 });
  t.is(clause?.status, 'not-proven');
  t.is(roll([[1, 15]], undefined, [imported]).clause?.status, 'proven', 'nothing else changed');
});

test('a new function that nothing calls leaves open only what else changed', (t) => {
  const definition = statement(30, null);
  const body = { ...statement(31, 'EngineService.new'), added: true };
  const onlyNew = roll([[30, 15]], undefined, [definition, body]);
  t.is(onlyNew.clause?.status, 'proven');
  t.regex(onlyNew.clause?.evidence.join() ?? '', /1 of 2 changed statements.*EngineService\.new/);
  const calling = roll([[30, 15]], undefined, [definition, body, ...CHANGED]);
  t.is(calling.clause?.status, 'not-proven');
});

test('a change counts as tried if one of its statements ran in the mixed state, and the rest is named', (t) => {
  const { changedCode, clause } = roll([
    [110, 15],
    [21, 39],
  ]);
  t.like(changedCode, { statements: 3, ran: 2, met: 1, unknown: null });
  t.deepEqual(changedCode?.notMet, [
    { file: SERVICE, function: 'EngineService.stack_snapshot', lines: [20, 21] },
  ]);
  t.is(clause?.status, 'proven');
  t.regex(clause?.evidence.join('\n') ?? '', /1 of 3 changed statements.*\n.*stack_snapshot/);
});

test('a change that did not run in the mixed state was not tried: not proven', (t) => {
  for (const { changedCode, clause } of [roll([]), roll([[10, 39]])]) {
    t.is(changedCode?.met, 0);
    t.is(clause?.status, 'not-proven');
  }
});

test('if no process can report which lines ran, nothing is claimed, and a reason is given', (t) => {
  const { changedCode, clause } = roll([], 'Python 3.9 has no sys.monitoring');
  t.is(clause, undefined);
  t.truthy(changedCode);
  t.regex(changedCode ? changedCodeInWords(changedCode) : '', /not known.*Python 3\.9/);
});

test('a run without the user’s own change has no such clause', (t) => {
  const verdict = judge(new Story().at(5).requests(10).finished().events);
  t.is(verdict.changedCode, undefined);
});

test('without a mixed state the changed code is not judged', (t) => {
  const story = new Story({ all: ['1.1 stop'] });
  story.add({
    type: 'code-changed',
    at: 0,
    statements: [statement(10, 'EngineService.list_stacks')],
    omitted: 0,
  });
  story.add({ type: 'code-watched', at: 8000, ...where });
  const { changedCode, tags } = judge(story.at(40).finished().events);
  t.is(changedCode?.met, 0);
  const { clauses } = tags['supports-rolling-upgrade'];
  t.false(clauses.some(({ id }) => id === 'change-ran'));
});
