import test from 'ava';
import type { ExecResult } from '../../src/containers/port.ts';
import { versionSaid } from '../../src/subject/service-wait.ts';

const SILENT: ExecResult = { exitCode: 1, stdout: '', stderr: '' };

/** A command that ends in these ways, one after the other. */
function ending(...results: readonly ExecResult[]) {
  let asked = 0;
  const run = async (): Promise<ExecResult> => results[asked++] ?? SILENT;
  return { said: () => versionSaid(run, 'Heat in node1-heat-api'), asked: () => asked };
}

test('a look at the version whose answer the container engine lost is made again', async (t) => {
  const look = ending(SILENT, { exitCode: 0, stdout: '26.0.1\n', stderr: '' });
  t.is(await look.said(), '26.0.1');
});

test('a version that cannot be read is an error that says why', async (t) => {
  const failing = ending({ exitCode: 1, stdout: '', stderr: 'no module heat\n' });
  await t.throwsAsync(failing.said(), {
    code: 'version-unknown',
    message: 'no Heat in node1-heat-api: no module heat',
  });
  t.is(failing.asked(), 1);
  const silent = ending();
  await t.throwsAsync(silent.said(), {
    code: 'version-unknown',
    message: /ended with status 1, silently/,
  });
  t.is(silent.asked(), 3);
});
