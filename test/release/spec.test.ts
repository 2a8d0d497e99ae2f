import test from 'ava';
import { formatReleaseSpec, parseReleaseSpec } from '../../src/release/spec.ts';

for (const text of [
  '2025.1',
  'image:registry:5000/heat:x',
  'dir:./heat',
  'git:../heat@fix/reply',
  'git:/src/a@b@HEAD~2',
]) {
  test(`${text} is written as it was read`, (t) => {
    const spec = parseReleaseSpec(text);
    t.is(spec === undefined ? undefined : formatReleaseSpec(spec), text);
  });
}

for (const text of ['', 'image:', 'dir:', 'git:', 'git:../heat', 'git:../heat@']) {
  test(`${JSON.stringify(text)} is not a release`, (t) => {
    t.is(parseReleaseSpec(text), undefined);
  });
}
