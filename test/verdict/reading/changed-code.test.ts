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

test('a change counts as tried if a statement of each function ran in the mixed state, and the rest is named', (t) => {
  const { changedCode, clause } = roll([
    [110, 15],
    [20, 15],
    [21, 39],
  ]);
  t.like(changedCode, { statements: 3, ran: 3, met: 2, unknown: null });
  t.deepEqual(changedCode?.notMet, [
    { file: SERVICE, function: 'EngineService.stack_snapshot', lines: [21] },
  ]);
  t.is(clause?.status, 'proven');
  t.regex(clause?.evidence.join('\n') ?? '', /2 of 3 changed statements.*\n.*stack_snapshot/);
});

test('a changed function that was never entered is not proven, though others were', (t) => {
  const { changedCode, clause } = roll([[10, 15]]);
  t.is(clause?.status, 'not-proven');
  t.deepEqual(changedCode?.notEntered, ['EngineService.stack_snapshot']);
  t.regex(
    clause?.evidence.join('\n') ?? '',
    /1 of 2 changed functions ran in it; not EngineService\.stack_snapshot/,
  );
});

test('a changed branch that no request takes, of a function that was entered, is a note', (t) => {
  const rare = { ...statement(20, 'EngineService.stack_snapshot'), entry: [19] };
  const entered = roll(
    [
      [10, 15],
      [19, 15],
    ],
    undefined,
    [statement(10, 'EngineService.list_stacks'), rare],
  );
  t.is(entered.clause?.status, 'proven');
  t.deepEqual(entered.changedCode?.notEntered, []);
  t.like(entered.changedCode, { statements: 2, met: 1 });
  const late = roll(
    [
      [10, 15],
      [19, 39],
    ],
    undefined,
    [statement(10, 'EngineService.list_stacks'), rare],
  );
  t.is(late.clause?.status, 'not-proven', 'it was entered after the mixed state');
  const alone = roll([[19, 15]], undefined, [rare]);
  t.is(alone.clause?.status, 'not-proven', 'nothing of the change ran');
});

test('what no lab can reach, and what is too much for one run, is a note', (t) => {
  const [listed, ...others] = CHANGED;
  if (listed === undefined) return t.fail();
  const beyond = others.map((one) => ({ ...one, beyond: true }));
  const { changedCode, clause } = roll([[10, 15]], undefined, [listed, ...beyond]);
  t.is(clause?.status, 'proven');
  t.deepEqual(changedCode?.notEntered, []);
  t.regex(clause?.evidence.join('\n') ?? '', /Not run: .*stack_snapshot/);
  const many = Array.from({ length: 45 }, (_, index) => statement(1000 + index, `f${index}`));
  const release = roll([[10, 15]], undefined, [...CHANGED, ...many]);
  t.is(release.clause?.status, 'proven');
  t.regex(
    release.clause?.evidence.join('\n') ?? '',
    /1 of 47 changed functions ran in it; too many/,
  );
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
