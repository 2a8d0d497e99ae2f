import test from 'ava';
import { judge } from '../../../src/verdict/judge.ts';
import type { Cause } from '../../../src/verdict/schema/verdict.ts';
import { roll } from '../runs.ts';
import { NEW, OLD, Story } from '../stream.ts';

type Side = 'old' | 'new';

/**
 * Node 1 is at the target from 10 s on, node 2 stays at the base. Each pair is a list that was
 * answered with a wrong body: the API that was asked, and the engine that took its call.
 */
function wrong(...pairs: readonly (readonly [api: Side, engine: Side])[]): readonly Cause[] {
  const story = new Story({ swap: ['1.1 swap'] });
  story.at(5).requests(20).step('1.1').at(10);
  story.swapped('node1/heat-api').swapped('node1/heat-engine').at(15);
  const node = (side: Side): string => (side === 'new' ? 'node1' : 'node2');
  for (const [index, [api, engine]] of pairs.entries()) {
    const id = `req-${index}` as const;
    story
      .at(16 + index)
      .request('wrong-body', { id, server: `${node(api)}/heat-api`, status: 200 });
    story.taken(id, `${node(engine)}/heat-engine`, engine === 'new' ? NEW.version : OLD.version);
  }
  return judge(story.at(40).requests(20).events).causes;
}

const toldOf = (causes: readonly Cause[]): readonly string[] =>
  causes.map(({ title, service, version, count }) => `${count} ${service} ${version}: ${title}`);

test('wrong answers are attributed to the engine if APIs of both releases gave them', (t) => {
  t.deepEqual(toldOf(wrong(['new', 'new'], ['old', 'new'], ['new', 'new'])), [
    '3 heat-engine 26.0.1: Requests lost: 200 with a wrong body, answered by heat-engine 26.0.1',
  ]);
});

test('wrong answers are attributed to the API if engines of both releases worked on them', (t) => {
  t.deepEqual(toldOf(wrong(['new', 'new'], ['new', 'old'])), [
    '2 heat-api 26.0.1: Requests lost: 200 with a wrong body',
  ]);
});

test('wrong answers between the two releases are attributed to both', (t) => {
  t.deepEqual(toldOf(wrong(['old', 'new'], ['old', 'new'])), [
    '2 heat-engine 26.0.1: Requests lost: 200 with a wrong body, answered by heat-engine 26.0.1 where heat-api 24.0.0 asked',
  ]);
});

test('if only one release was asked, and one worked on the request, the API is named', (t) => {
  t.deepEqual(toldOf(wrong(['new', 'new'], ['new', 'new'])), [
    '2 heat-api 26.0.1: Requests lost: 200 with a wrong body',
  ]);
});

test('whichever answer came first, only the API is named if both releases took its calls', (t) => {
  t.deepEqual(toldOf(wrong(['new', 'old'], ['new', 'new'])), [
    '2 heat-api 26.0.1: Requests lost: 200 with a wrong body',
  ]);
});

test('of two engines that took calls of a request, the earlier one took the API’s own call', (t) => {
  const story = new Story({ swap: ['1.1 swap'] });
  story
    .at(5)
    .requests(20)
    .step('1.1')
    .at(10)
    .swapped('node1/heat-api')
    .swapped('node1/heat-engine');
  for (const [index, api] of ['node1', 'node2'].entries()) {
    const id = `req-${index}` as const;
    story.at(20 + index).request('wrong-body', { id, server: `${api}/heat-api`, status: 200 });
    story.taken(id, 'node1/heat-engine', NEW.version);
    story.at(20.5 + index).taken(id, 'node2/heat-engine', OLD.version);
  }
  t.deepEqual(toldOf(judge(story.at(40).requests(20).events).causes), [
    '2 heat-engine 26.0.1: Requests lost: 200 with a wrong body, answered by heat-engine 26.0.1',
  ]);
});

test('losses from before the first swap say so, also where they are too few for a failure of the base', (t) => {
  const evidenceOf = (at: number): string => {
    const story = roll().at(at).request('unexpected-status', { status: 404, operation: 'GET x' });
    const found = judge(story.at(46).finished().events).causes;
    return found.find(({ kind }) => kind === 'requests-lost')?.evidence.join('\n') ?? '';
  };
  t.regex(evidenceOf(4), /Nothing had been swapped yet, so that no upgrade made them fail\./);
  t.notRegex(evidenceOf(31), /Nothing had been swapped yet/);
});
