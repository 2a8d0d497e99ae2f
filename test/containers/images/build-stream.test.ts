import test from 'ava';
import { BuildReader } from '../../../src/containers/images/build-stream.ts';
import { RollgateError } from '../../../src/errors.ts';

test('a failed build is reported with its instruction and last lines', (t) => {
  const reader = new BuildReader('heat:zed', () => undefined);
  reader.read({ stream: 'Step 1/2 : FROM rollgate/base:bookworm\n' });
  reader.read({ stream: ' ---> 1234\n' });
  reader.read({ stream: 'Step 2/2 : RUN install-packages   heat-engine\n' });
  for (let line = 1; line <= 30; line += 1) reader.read({ stream: `line ${line}\n` });
  reader.read({ stream: '\u001B[91mE: no such package\n\u001B[0m' });
  const error = t.throws(
    () => reader.read({ error: 'returned a non-zero code: 100', errorDetail: {} }),
    { instanceOf: RollgateError },
  );
  t.is(error.code, 'image-build-failed');
  t.regex(error.message, /heat:zed.*RUN install-packages heat-engine.*code: 100/);
  const lines = error.detail?.trimEnd().split('\n') ?? [];
  t.is(lines.at(-1), 'E: no such package');
  t.true(lines.length <= 15);
  t.true(lines.includes('line 30'));
});

test("an image's id is read from a build and from an import", (t) => {
  const build = new BuildReader('some', () => undefined);
  build.read({ aux: { ID: 'sha256:1' } });
  build.read({ stream: 'Successfully built 1\n' });
  t.is(build.id, 'sha256:1');
  const imported = new BuildReader('some', () => undefined);
  imported.read({ status: 'sha256:2\n' });
  t.is(imported.id, 'sha256:2');
});
