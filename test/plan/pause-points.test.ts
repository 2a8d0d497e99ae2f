import test from 'ava';
import { RollgateError } from '../../src/errors.ts';
import { pausePoints } from '../../src/plan/pause-points.ts';
import { planned } from './planned.ts';

test('a step is named by its id, by its stage, or by the unique start of its name', async (t) => {
  const plan = await planned();
  const point = (text: string) => [...pausePoints(plan, [text])];
  t.deepEqual(point('7.1'), ['7.1']);
  t.deepEqual(point('5'), ['5.1']);
  t.deepEqual(point('first api'), ['5.1']);
  t.deepEqual(point('swap heat-api on node2'), ['7.1']);
  t.deepEqual([...pausePoints(plan, ['4.1', '5', '4.1'])], ['4.1', '5.1']);
});

test('a parallel step stands for all steps beside it', async (t) => {
  const plan = await planned({ choreography: 'cold' });
  t.deepEqual([...pausePoints(plan, ['2.1.2'])], ['2.1']);
});

test('an error about an unknown step lists the known ones', async (t) => {
  const plan = await planned();
  const error = t.throws(() => pausePoints(plan, ['9.9']), { instanceOf: RollgateError });
  t.like(error, { code: 'unknown-step', kind: 'usage' });
  t.regex(error?.message ?? '', /--pause-at 9\.9: the plan has no such step/);
  t.regex(error?.detail ?? '', /^1\.1 start the load$/m);
  t.regex(error?.detail ?? '', /^9\.5 stop the load$/m);
});

test('an error about an ambiguous start of a name lists the steps that it fits', async (t) => {
  const plan = await planned();
  const error = t.throws(() => pausePoints(plan, ['swap heat-api']), { instanceOf: RollgateError });
  t.regex(error?.message ?? '', /several steps begin so/);
  t.deepEqual(
    error?.detail?.split('\n').map((line) => line.split(' ')[0]),
    ['5.1', '7.1'],
  );
});
