import test from 'ava';
import { adaptedName } from '../../../src/containers/own-image/adapted.ts';
import {
  describeFound,
  problemsOf,
  readOutput,
  type Found,
} from '../../../src/containers/own-image/found.ts';

const found: Found = {
  version: '26.0.1',
  interpreter: '/var/lib/kolla/venv/bin/python3',
  python: '3.12.3',
  user: 'heat',
  folder: '/var/lib/kolla/venv/bin',
  served: { by: 'uwsgi', program: '/usr/bin/uwsgi' },
  missing: [],
  notes: [],
};

test('what was found is read from the line that says it, whatever else was printed', (t) => {
  const output = `*** a warning ***\nrollgate-found: ${JSON.stringify(found)}\nbye\n`;
  t.deepEqual(readOutput(output), { found });
});

test('without the subject the interpreters that were asked are read', (t) => {
  t.deepEqual(readOutput('rollgate-asked: /usr/bin/python3 /opt/a/bin/python3 \n'), {
    asked: ['/usr/bin/python3', '/opt/a/bin/python3'],
  });
  t.deepEqual(readOutput('rollgate-asked: '), { asked: [] });
});

test('a program that broke off has no result', (t) => {
  t.is(readOutput('Traceback (most recent call last):\nPermissionError'), undefined);
});

test('a result in another form is an error, not a result', (t) => {
  t.throws(() => readOutput('rollgate-found: {"version": 26}'));
});

test('the reasons of a failed check are its problems, or else its last lines', (t) => {
  t.deepEqual(problemsOf('x\nrollgate-problem: one\ny\nrollgate-problem: two'), ['one', 'two']);
  t.deepEqual(problemsOf('1\n2\n3\n4\n5\n6\n'), ['2', '3', '4', '5', '6']);
});

test('a person reads in one line what an image has', (t) => {
  t.is(
    describeFound(found, 'Heat'),
    'Heat 26.0.1 of /var/lib/kolla/venv/bin/python3 (3.12.3), its APIs served by /usr/bin/uwsgi, as user heat',
  );
});

test('the copy of an image is named after its content', (t) => {
  t.is(adaptedName(`sha256:${'0123456789abcdef'.repeat(4)}`), 'rollgate/adapted:0123456789abcdef');
});
