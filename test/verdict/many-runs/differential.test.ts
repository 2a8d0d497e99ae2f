import test from 'ava';
import { differential } from '../../../src/verdict/many-runs/differential.ts';
import { OLD, Story } from '../stream.ts';

const texts = (traits: readonly { readonly text: string }[]): readonly string[] =>
  traits.map(({ text }) => text);
const nothing = new Story().events;

function failing(...operations: readonly string[]) {
  const story = new Story();
  for (const operation of operations) story.request('5xx-service', { operation, status: 500 });
  return story.events;
}

test('a difference that only the two releases together show is a finding; one of a single release is not', (t) => {
  const found = differential({
    base: failing('a', 'old'),
    mixed: failing('a', 'old', 'new', 'mixed', 'mixed'),
    target: failing('a', 'new'),
  });
  t.deepEqual(found.findings, [
    { family: 'answer', text: 'mixed: 5xx-service 500', harm: true, count: 2 },
  ]);
  t.deepEqual(texts(found.added), ['new: 5xx-service 500']);
  t.deepEqual(texts(found.gone), ['old: 5xx-service 500']);
});

test('ids, names of stacks, times and numbers do not count as differences', (t) => {
  const settled = (object: string, status: string) =>
    new Story().accepted('create', object).settled('create', object, 'failed', { status }).events;
  const found = differential({
    base: settled('rollgate-1-0-hold', 'CREATE_FAILED: rollgate-1-0-hold took 12 s'),
    mixed: settled('rollgate-1-4-quick', 'CREATE_FAILED: rollgate-1-4-quick took 7 s'),
    target: nothing,
  });
  t.deepEqual(found.findings, []);
  t.deepEqual(texts(found.gone), ['create: failed, CREATE_FAILED: STACK took N s']);
});

test('each family is compared; controls and harmless lines are not', (t) => {
  const mixed = new Story()
    .request('wrong-body', { operation: 'GET stack', status: 200, detail: 'a was 1, is 2' })
    .control('timeout')
    .checked('random-string-unchanged', 'a', false)
    .logged('node1/heat-engine', OLD.version, { severity: 'error', title: 'Boom 7' })
    .logged('node1/heat-engine', OLD.version, { severity: 'harmless', title: 'fine' })
    .add({
      type: 'rpc-observed',
      at: 1,
      topic: 'engine',
      method: 'list_stacks',
      kind: 'call',
      from: { node: 'node1', service: 'heat-api', version: '1' },
      to: { node: 'node2', service: 'heat-engine.next', version: '2' },
      count: 3,
    }).events;
  const { findings } = differential({ base: nothing, mixed, target: nothing });
  t.deepEqual(
    findings.map(({ family, text, harm }) => [family, text, harm]),
    [
      ['answer', 'GET stack: wrong-body 200: a was N, is N', true],
      ['message', 'list_stacks (call, topic engine): heat-api → heat-engine', false],
      ['record', 'random-string-unchanged: does not hold', true],
      ['log', 'heat-engine: error, Boom N', true],
    ],
  );
});
