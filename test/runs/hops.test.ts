import test from 'ava';
import { RollgateError } from '../../src/errors.ts';
import { withPlace } from '../../src/runs/hops.ts';

test('a lab that cannot be removed does not hide where the run’s verdict is', (t) => {
  const gone = new RollgateError('engine-unreachable', 'the container engine no longer answers', {
    hint: 'Start it again.',
  });
  const error = withPlace(gone, '/runs/nightly');
  t.true(error instanceof RollgateError);
  t.like(error, {
    code: 'engine-unreachable',
    message: gone.message,
    kind: 'harness',
    hint: 'Start it again. The run is over; its verdict and report are in /runs/nightly.',
  });
});
