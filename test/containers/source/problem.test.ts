import test from 'ava';
import { checkFit, notesOn, parseProblems } from '../../../src/containers/source/problem.ts';
import { RollgateError } from '../../../src/errors.ts';

const overlay = {
  image: 'rollgate/heat-source:2025.1-0',
  series: '2025.1',
  version: '27.0.0',
  trees: [],
  content: '0',
};

const printed = (...problems: readonly object[]) =>
  parseProblems(
    [
      'something that setup.py says',
      ...problems.map((problem) => `rollgate-problem: ${JSON.stringify(problem)}`),
    ].join('\n'),
  );

const notFound = (missing: string) => ({
  error: `ModuleNotFoundError("No module named '${missing}'")`,
  missing,
});

test('a missing module that a service needs is named, with a remedy', (t) => {
  const problems = printed(
    { kind: 'requirement', name: 'oslo.service', needs: '>=4.2.2', found: '4.1.1' },
    { kind: 'module', name: 'heat.x', error: "ImportError('y')", missing: null, before: 'absent' },
  );
  const error = t.throws(() => checkFit(overlay, problems), { instanceOf: RollgateError });
  t.is(
    error.message,
    [
      '27.0.0 does not fit the image of 2025.1',
      'oslo.service >=4.2.2 is required; the image has 4.1.1',
      "module heat.x does not load: ImportError('y')",
    ].join('\n'),
  );
  t.is(error.kind, 'usage');
  t.regex(error.hint ?? '', /--base-image/);
  t.deepEqual(notesOn(problems), []);
});

test('modules that fail for the same reason are reported in one line', (t) => {
  const module = { kind: 'module', error: "ImportError('y')", missing: null, before: 'loaded' };
  const problems = printed(...['heat.a', 'heat.b', 'heat.c'].map((name) => ({ ...module, name })), {
    ...module,
    name: 'heat.d',
    error: 'SyntaxError',
  });
  const error = t.throws(() => checkFit(overlay, problems), { instanceOf: RollgateError });
  t.deepEqual(error.message.split('\n').slice(1), [
    "module heat.a does not load: ImportError('y') (2 more do not load for this reason)",
    'module heat.d does not load: SyntaxError',
  ]);
});

test('a module that loads from the image but not from the tree is refused as broken by the tree', (t) => {
  const entry = { group: 'heat.clients', name: 'keystone', value: 'heat.k:Plugin' };
  const broken = {
    kind: 'entry-point',
    loadedBy: 'services-if-there',
    ...entry,
    error: 'SyntaxError',
    missing: null,
  };
  const problems = printed({ ...broken, before: 'loaded' });
  const error = t.throws(() => checkFit(overlay, problems), { instanceOf: RollgateError });
  t.regex(error.hint ?? '', /loads these without the tree/);
});

test('a failing module that no service of the lab loads is only a note: a clone of upstream is accepted', (t) => {
  const options = {
    kind: 'entry-point',
    group: 'oslo.config.opts',
    name: 'heat_integrationtests.common.config',
    value: 'heat_integrationtests.common.config:list_opts',
    loadedBy: 'tools',
    ...notFound('tempest'),
    before: 'absent',
  };
  const client = {
    kind: 'entry-point',
    group: 'heat.clients',
    name: 'vitrage',
    value: 'heat.engine.clients.os.vitrage:VitrageClientPlugin',
    loadedBy: 'services-if-there',
    ...notFound('vitrageclient'),
    before: 'absent',
  };
  const tzdata = { kind: 'requirement', name: 'tzdata', needs: '>=2022.4', found: null };
  const problems = printed(options, client, tzdata);
  checkFit(overlay, problems);
  t.deepEqual(
    notesOn(problems).map((note) => note.split('; ').at(-1)),
    [
      'no service of the lab loads it',
      'the service starts without it',
      'everything that a service loads does load',
    ],
  );
});

test('a module that did not load from the image either is not reported', (t) => {
  const module = { kind: 'module', name: 'heat.engine.resources.old', ...notFound('gone') };
  const problems = printed({ ...module, before: 'failed' });
  checkFit(overlay, problems);
  t.deepEqual(notesOn(problems), []);
});
