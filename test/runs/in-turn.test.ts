import test from 'ava';
import { carryOutInTurn } from '../../src/runs/in-turn.ts';
import type { Legacy, Link } from '../../src/subject/load.ts';
import type { Verdict } from '../../src/verdict/schema/verdict.ts';

type Ended = Verdict['ended'];

/** Hops that end in this way, each on a lab that exists only in this test. */
async function chainOf(...ends: readonly Ended[]) {
  const links: (Link | undefined)[] = [];
  const results = await carryOutInTurn(ends, async (ended, index, link) => {
    links.push(link);
    return { verdict: { ended }, legacy: left(index) };
  });
  return { links, ended: results.map(({ verdict }) => verdict.ended) };
}

/** The objects that the load of a hop leaves. */
function left(hop: number): Legacy {
  return { objects: [`stack of hop ${hop}`] };
}

test('each hop of a chain gets the objects that the one before left, and the last one knows it', async (t) => {
  const { links, ended } = await chainOf('completed', 'completed', 'completed');
  t.deepEqual(ended, ['completed', 'completed', 'completed']);
  t.deepEqual(links, [
    { legacy: undefined, last: false },
    { legacy: left(0), last: false },
    { legacy: left(1), last: true },
  ]);
});

for (const ended of ['failed', 'aborted'] as const) {
  test(`a chain ends with a hop that ${ended === 'failed' ? 'failed' : 'was aborted'}`, async (t) => {
    t.deepEqual((await chainOf('completed', ended, 'completed')).ended, ['completed', ended]);
  });
}

test('a single hop is no chain', async (t) => {
  t.deepEqual((await chainOf('completed')).links, [undefined]);
});

test('a hop that cannot begin ends the chain with its error', async (t) => {
  const begun: number[] = [];
  const chain = carryOutInTurn(['first', 'second'], async (_, index) => {
    begun.push(index);
    throw new Error('the folder is not empty');
  });
  await t.throwsAsync(chain, { message: 'the folder is not empty' });
  t.deepEqual(begun, [0]);
});
