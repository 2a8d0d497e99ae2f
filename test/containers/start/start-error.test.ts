import test from 'ava';
import {
  ExitedEarly,
  imageMissing,
  startError,
} from '../../../src/containers/start/start-error.ts';
import type { ErrorCode } from '../../../src/error-codes.ts';

const SPEC = { name: 'rollgate-lab-mysql', image: 'rollgate/mysql:latest', readySeconds: 60 };

const refused = (statusCode: number, message: string) =>
  Object.assign(new Error(message), { statusCode });

const EXPECTED: readonly (readonly [string, Error, ErrorCode, RegExp])[] = [
  ['a name that another container has', refused(409, 'Conflict'), 'name-taken', /already there$/],
  [
    'a port that another program has',
    refused(500, 'listen tcp4 127.0.0.1:3306: bind: address already in use'),
    'port-taken',
    /127\.0\.0\.1:3306/,
  ],
  [
    'a port that another container has',
    refused(500, 'Bind for 127.0.0.1:3306 failed: port is already allocated'),
    'port-taken',
    /already allocated/,
  ],
  [
    'an image that went meanwhile',
    refused(404, 'No such image: rollgate/mysql:latest'),
    'image-missing',
    /image rollgate\/mysql:latest is missing$/,
  ],
];

for (const [what, error, code, message] of EXPECTED) {
  test(`${what}: ${code}, with what to do`, (t) => {
    const { code: got, message: said, hint, cause } = startError(SPEC, error, '');
    t.is(got, code);
    t.regex(said, message);
    t.truthy(hint);
    t.is(cause, error);
  });
}

test('the error about a container that ended has its exit status and its last lines', (t) => {
  const error = startError(SPEC, new ExitedEarly(3), 'boom');
  t.is(error.code, 'not-ready');
  t.is(
    error.message,
    'rollgate-lab-mysql (rollgate/mysql:latest) exited with 3 before it was ready',
  );
  t.is(error.detail, 'boom');
});

test('an error about a container that was not ready in time names the limit', (t) => {
  const { message, detail, hint } = startError(SPEC, new Error('no such line'), '');
  t.regex(message, /was not ready within 60 s: no such line$/);
  t.is(detail, undefined);
  t.regex(hint ?? '', /rollgate doctor/);
});

test('images of rollgate are built, others fetched', (t) => {
  t.regex(imageMissing(SPEC).hint ?? '', /rollgate images build/);
  t.regex(imageMissing({ ...SPEC, image: 'heat:dev' }).hint ?? '', /docker pull heat:dev/);
});

for (const exitCode of [137, 143]) {
  test(`a container that was killed before it was ready did not fail by itself: ${exitCode}`, (t) => {
    const { code, detail } = startError(SPEC, new ExitedEarly(exitCode), 'last words');
    t.deepEqual([code, detail], ['killed', 'last words']);
  });
}
