import test from 'ava';
import { ImageProgress, type BuildProgress } from '../../../src/containers/images/progress.ts';

test('each phase is reported, and occasionally a line of its output', (t) => {
  const reported: BuildProgress[] = [];
  let now = 100;
  const progress = new ImageProgress(
    'heat:zed',
    (one) => reported.push(one),
    () => now,
  );
  progress.enter('build', 'building');
  for (; now < 131; now += 1) progress.detail(`\u001B[91mline at ${now}\u001B[0m\n`);
  progress.enter('done', 'ready');
  t.deepEqual(
    reported.map(({ phase, line, seconds }) => [phase, line, seconds]),
    [
      ['build', 'heat:zed: building', 0],
      ['build', 'heat:zed: 10 s, line at 110', 10],
      ['build', 'heat:zed: 20 s, line at 120', 20],
      ['build', 'heat:zed: 30 s, line at 130', 30],
      ['done', 'heat:zed: ready', 31],
    ],
  );
});
