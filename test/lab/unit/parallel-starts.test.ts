import test from 'ava';
import { ParallelStarts } from '../../../src/lab/parallel-starts.ts';

test('the first failure ends the others, and is thrown once all have ended', async (t) => {
  const starts = new ParallelStarts({});
  const broken = new Error('no image');
  const slow = Promise.withResolvers<string>();
  starts.signal.addEventListener('abort', () => slow.resolve('it came up all the same'));
  const ended: string[] = [];
  const late = starts.guarded(slow.promise).finally(() => ended.push('slow'));
  const works = [starts.guarded(Promise.reject(broken)), late];
  t.is(await t.throwsAsync(starts.all(works)), broken);
  t.deepEqual(ended, ['slow']);
  // Work that succeeds after the failure does not go on.
  t.is(await t.throwsAsync(late), broken);
});

test('a start that is done is reported; one that fails is not', async (t) => {
  const lines: string[] = [];
  const starts = new ParallelStarts({ onProgress: (line) => lines.push(line) });
  await starts.timed('MySQL is up', Promise.resolve());
  await t.throwsAsync(starts.timed('HAProxy is up', Promise.reject(new Error('port taken'))));
  t.is(lines.length, 1);
  t.regex(lines[0] ?? '', /^MySQL is up \(\d+\.\d s\)$/);
});

test('an abort of the caller ends the starts with its reason', async (t) => {
  const over = new AbortController();
  const starts = new ParallelStarts({ signal: over.signal });
  over.abort(new Error('Ctrl-C'));
  await t.throwsAsync(starts.guarded(Promise.resolve()), { message: 'Ctrl-C' });
});
