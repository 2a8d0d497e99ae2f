import { execFileSync } from 'node:child_process';
import { appendFile, rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { waitFor } from '../../../src/containers/wait.ts';
import { followFile } from '../../../src/watch/sources/follow-file.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

/** Follows a file; `seen` waits until so many lines were handed over. */
function following(path: string) {
  const over = new AbortController();
  const lines: (readonly [string, number])[] = [];
  const done = followFile(path, (line, time) => lines.push([line, time]), over.signal);
  return {
    lines,
    seen: (count: number) =>
      waitFor({ what: `${count} lines`, limitSeconds: 20, everyMs: 10 }, async () =>
        lines.length >= count ? { value: true } : { notYet: JSON.stringify(lines) },
      ),
    end: async () => {
      over.abort();
      await done;
      return lines.map(([line]) => line);
    },
  };
}

test('a file that is made later is read from its beginning, and again when it is replaced or cut', async (t) => {
  const path = join(temporaryFolder(), 'roll.log');
  const { seen, end } = following(path);
  await appendFile(path, 'one\ntwo\r\nthr');
  await seen(2);
  await appendFile(path, 'ee\n');
  await seen(3);
  await writeFile(`${path}.new`, 'replaced\n');
  await rename(`${path}.new`, path);
  await seen(4);
  await truncate(path);
  await appendFile(path, 'cut\n');
  await seen(5);
  t.deepEqual(await end(), ['one', 'two', 'three', 'replaced', 'cut']);
});

test('a line has the time at which it was written, not that at which it was read', async (t) => {
  const path = join(temporaryFolder(), 'roll.log');
  await writeFile(path, 'from before\n');
  const { lines, seen, end } = following(path);
  // Until it is there, the first look may not have been made.
  await seen(0);
  const before = Date.now();
  await waitFor({ what: 'a line', limitSeconds: 20, everyMs: 200 }, async () => {
    if (lines.length === 0) await appendFile(path, 'restart\n');
    return lines.length > 0 ? { value: true } : { notYet: 'none' };
  });
  const written = lines[0]?.[1] ?? 0;
  // The kernel stamps files by its tick, which is up to 10 ms behind.
  t.true(written >= before - 10 && written <= Date.now(), `${written - before} ms`);
  t.true((await end()).every((line) => line === 'restart'));
});

test('a line longer than a chunk is read up to the limit, and the next one is read too', async (t) => {
  const path = join(temporaryFolder(), 'roll.log');
  const { seen, end } = following(path);
  await writeFile(path, `${'x'.repeat(200_000)}\nnext\n`);
  await seen(2);
  const [long = '', next] = await end();
  t.regex(long, /^x{60000,200000}$/);
  t.is(next, 'next');
});

for (const [kind, make] of [
  ['a directory', (path: string) => execFileSync('mkdir', [path])],
  ['a pipe', (path: string) => execFileSync('mkfifo', [path])],
] as const) {
  test(`${kind} is not followed, because nothing would ever be read`, async (t) => {
    const path = join(temporaryFolder(), 'roll.log');
    make(path);
    // The abort ends it where it is followed.
    const signal = AbortSignal.timeout(2_000);
    await t.throwsAsync(
      followFile(path, () => undefined, signal),
      { code: 'unreadable-file', message: new RegExp(`it is ${kind}, not a file`) },
    );
  });
}
