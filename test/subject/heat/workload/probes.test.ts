import test from 'ava';
import { MASKED, WholeAnswers } from '../../../../src/subject/heat/calls/whole-answer.ts';
import { heatShape } from '../../../../src/subject/heat/shape.ts';
import { heatProbes } from '../../../../src/subject/heat/workload/probes.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const standing = { id: 'id-1', name: 'standing', random: 'abc' };
const token = { id: 'token', projectId: 'project' };
const other = { id: 'other-token', projectId: 'other' };
const probesAnew = () => heatProbes({ token, other, standing, answers: new WholeAnswers(MASKED) });
const probes = probesAnew();

/** The problem that a probe finds in a body. */
function against(probe: string, body: unknown): string | undefined {
  const spec = probesAnew()[probe]?.();
  if (spec?.check === undefined) throw new Error(`no check of ${probe}`);
  return spec.check(JSON.stringify(body));
}

const show = (change: object) => ({
  stack: {
    id: 'id-1',
    stack_name: 'standing',
    stack_status: 'CREATE_COMPLETE',
    outputs: [{ output_key: 'random', output_value: 'abc' }],
    ...change,
  },
});
const preview = (...names: string[]) => ({
  stack: {
    resources: names.map((resource_name) => ({
      resource_name,
      resource_type: `OS::Heat::${resource_name === 'random' ? 'RandomString' : 'TestResource'}`,
    })),
  },
});

test('every probe that a scenario may name exists', (t) => {
  t.deepEqual(
    Object.keys(probes),
    heatShape.probes.map(({ name }) => name),
  );
});

test('a list is correct if it contains the standing stack', (t) => {
  t.is(against('list', { stacks: [{ id: 'id-0' }, { id: 'id-1' }] }), undefined);
  t.regex(against('list', { stacks: [{ id: 'id-0' }] }) ?? '', /standing is not in the list/);
  t.truthy(against('list', { stacks: [] }));
  t.truthy(against('list', {}));
});

test('the list of a project without stacks is empty, even if other projects have stacks', (t) => {
  const spec = probes['other-project']?.();
  t.is(spec?.headers['x-auth-token'], 'other-token');
  t.regex(spec?.path ?? '', /^\/v1\/other\/stacks/);
  t.is(against('other-project', { stacks: [] }), undefined);
  t.regex(against('other-project', { stacks: [{ id: 'id-1' }] }) ?? '', /of another project/);
});

test('a stack is shown correctly if it is the standing one as created', (t) => {
  t.is(against('show', show({})), undefined);
  t.regex(against('show', show({ id: 'id-2' })) ?? '', /not standing as it was made/);
  t.truthy(against('show', show({ stack_status: 'UPDATE_COMPLETE' })));
  t.truthy(against('show', show({ outputs: [] })));
  t.truthy(against('show', show({ outputs: [{ output_key: 'random', output_value: 'changed' }] })));
});

test('a preview is correct if it has exactly the resources of the template', (t) => {
  t.is(against('preview', preview('random', 'last')), undefined);
  t.regex(against('preview', preview('random')) ?? '', /template’s resources/);
  t.truthy(against('preview', preview('random', 'last', 'more')));
  t.truthy(against('preview', preview('random', 'other')));
});

test('the version document must name a version', (t) => {
  t.is(against('version', { versions: [{ id: 'v1.0' }] }), undefined);
  t.truthy(against('version', { versions: [] }));
});

test('every field that a probe shows stays as in the first answer', (t) => {
  const again = probesAnew();
  const ask = (probe: string, body: unknown) => again[probe]?.().check?.(JSON.stringify(body));
  t.is(ask('show', show({})), undefined);
  t.is(ask('show', show({ more: 'of a new release' })), undefined);
  t.is(
    ask('show', show({ stack_name: 'another' })),
    'it is not what it was at first: stack.stack_name was "standing", is "another"',
  );
  const list = (change: object) => ({
    stacks: [{ id: 'x' }, { id: 'id-1', tags: null, ...change }],
  });
  t.is(ask('list', list({})), undefined);
  t.is(ask('list', list({ tags: 'a' })), 'it is not what it was at first: tags was null, is "a"');
});

test('an answer in another media type counts as not served', (t) => {
  const { version } = probesAnew();
  t.is(version?.().checkHeaders?.(JSON_TYPE, ''), undefined);
  const plain = { 'content-type': 'text/plain' };
  t.regex(version?.().checkHeaders?.(plain, '') ?? '', /content type was/);
});
