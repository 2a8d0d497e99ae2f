import test from 'ava';
import { readInFlight } from '../../../../src/subject/heat/database/in-flight.ts';

type Rows = readonly (readonly (string | null)[])[];

const ID = '11111111-2222-3333-4444-555555555555';
const SINCE = 1000;

interface Stack {
  readonly now: number;
  readonly stuckAfterSeconds?: number;
  readonly lastEvent?: number;
  readonly lock?: readonly [engine: string, host: string | null, gone: '0' | '1'];
  readonly holder?: { readonly engine: string; readonly there: boolean };
}

/** Answers the three questions that are asked of a database with one stack of one resource. */
async function of({ now, lastEvent, lock, holder, stuckAfterSeconds = 20 }: Stack) {
  const stacks: Rows = [
    [ID, 'one', 'UPDATE_IN_PROGRESS', String(SINCE), String(now), ...(lock ?? [null, null, '0'])],
  ];
  const events: Rows = lastEvent === undefined ? [] : [[ID, String(lastEvent), null]];
  const gone = holder === undefined ? null : holder.there ? '0' : '1';
  const status = 'UPDATE_IN_PROGRESS';
  const engine = holder?.engine ?? null;
  const host = holder === undefined ? null : 'node1';
  const resource = ['1', 'link', ID, status, engine, host, gone, null, '[]', null, '0', null];
  const answers = [stacks, events, [resource]];
  const query = async (): Promise<Rows> => answers.shift() ?? [];
  const [stack] = await readInFlight({ query }, { stuckAfterSeconds });
  return stack;
}

test('a stack is silent since its last event, or since it began', async (t) => {
  t.is((await of({ now: SINCE + 7 }))?.silentSeconds, 7);
  t.is((await of({ now: SINCE + 7, lastEvent: SINCE + 5 }))?.silentSeconds, 2);
});

test('a stack that is silent for long and held by no engine is stuck', async (t) => {
  t.false((await of({ now: SINCE + 20 }))?.stuck);
  t.true((await of({ now: SINCE + 21 }))?.stuck);
});

test('the limit for stuck stacks is that of the run', async (t) => {
  t.false((await of({ now: SINCE + 21, stuckAfterSeconds: 60 }))?.stuck);
  t.true((await of({ now: SINCE + 11, stuckAfterSeconds: 10 }))?.stuck);
});

test('work held by a living engine may take longer', async (t) => {
  const there = { engine: 'e1', there: true };
  t.false((await of({ now: SINCE + 60, holder: there }))?.stuck);
  t.true((await of({ now: SINCE + 61, holder: there }))?.stuck);
  t.true((await of({ now: SINCE + 21, holder: { ...there, there: false } }))?.stuck);
});

test('the holder of a resource and of the stack’s lock is reported, whether alive or gone', async (t) => {
  t.like(
    await of({
      now: SINCE + 30,
      lock: ['e2', 'node2', '0'],
      holder: { engine: 'e1', there: false },
    }),
    {
      object: 'one',
      status: 'UPDATE_IN_PROGRESS',
      lockedBy: 'node2 e2',
      unfinished: [
        {
          part: 'link',
          status: 'UPDATE_IN_PROGRESS',
          heldBy: 'node1 e1 (gone)',
          holder: { engineId: 'e1', gone: true },
        },
      ],
    },
  );
});

test('if nothing is in flight, there are no further queries', async (t) => {
  let asked = 0;
  const query = async (): Promise<Rows> => {
    asked += 1;
    return [];
  };
  t.deepEqual(await readInFlight({ query }, { stuckAfterSeconds: 20 }), []);
  t.is(asked, 1);
});
