import test from 'ava';
import { RollgateError } from '../../src/errors.ts';
import { walkSteps } from '../../src/plan/walk.ts';
import type { ScenarioInput } from '../../src/scenario/schema.ts';
import { planned } from './planned.ts';

type Written = Exclude<ScenarioInput['choreography'], string | undefined>;
type Stages = Written['stages'];

const written = (stages: Stages, more: Partial<Written> = {}): Partial<ScenarioInput> => ({
  choreography: { name: 'mine', stages, ...more },
});

const careful: Stages = [
  { name: 'schema', steps: [{ step: 'db-sync' }, { step: 'create-vhost' }] },
  {
    name: 'engines',
    steps: [
      {
        step: 'together',
        steps: [
          { step: 'surge', on: 'node1/heat-engine', vhost: 'next' },
          { step: 'surge', on: 'node2/heat-engine', vhost: 'next' },
        ],
      },
    ],
  },
  {
    name: 'apis',
    steps: ['node1/heat-api', 'node2/heat-api'].flatMap((on) => [
      { step: 'drain' as const, on },
      { step: 'swap' as const, on, vhost: 'next' as const },
      { step: 'undrain' as const, on },
    ]),
  },
  {
    name: 'old engines',
    steps: [
      { step: 'quiesce' },
      { step: 'stop', on: 'node1/heat-engine' },
      { step: 'stop', on: 'node2/heat-engine' },
    ],
  },
];

const names = (steps: readonly { readonly name: string }[]) => steps.map(({ name }) => name);

test('written stages become the same steps as the shipped choreographies', async (t) => {
  const mine = await planned(written(careful));
  const own = await planned({ choreography: 'gentle' });
  const changes = (plan: typeof mine) => [...walkSteps(plan)].filter(({ kind }) => kind !== 'hold');
  // They stop the old engines one after the other, and hold nothing.
  t.deepEqual(
    names(changes(mine).filter(({ kind }) => kind !== 'together')),
    names(changes(own).filter(({ kind }) => kind !== 'together')),
  );
  t.is(mine.choreography, 'mine');
});

test('a written choreography has the balancer’s settings that it names', async (t) => {
  const { balancer } = await planned(written(careful, { balancer: 'kolla-ansible' }));
  t.is(balancer.name, 'kolla-ansible');
});

test('options are set during the roll, and the step names them', async (t) => {
  const config = { oslo_messaging_rabbit: { use_queue_manager: true } };
  const [first, ...others] = careful;
  const steps = [{ step: 'set-options' as const, config }, ...(first?.steps ?? [])];
  const plan = await planned(written([{ name: 'schema', steps }, ...others]));
  const step = [...walkSteps(plan)].find(({ kind }) => kind === 'set-options');
  t.is(
    step?.name,
    'give services that start from here on [oslo_messaging_rabbit] use_queue_manager = true',
  );
});

const refused = test.macro({
  title: (what) => what ?? '',
  exec: async (t, input: Partial<ScenarioInput>, message: RegExp) => {
    const error = await t.throwsAsync(planned(input), { instanceOf: RollgateError });
    t.is(error.kind, 'usage');
    t.regex(error.message, message);
  },
});

test(
  'a step that cannot be carried out is reported at its place',
  refused,
  written([{ name: 'engines', steps: [{ step: 'swap', on: 'node1/heat-engine' }] }]),
  /choreography\.stages\[0\]\.steps\[0\]: node1\/heat-engine would start at the target before the schema/,
);

test(
  'a place within parallel steps is reported too',
  refused,
  written([
    {
      name: 'all',
      steps: [
        { step: 'db-sync' },
        { step: 'together', steps: [{ step: 'undrain', on: 'node2/heat-api' }] },
      ],
    },
  ]),
  /choreography\.stages\[0\]\.steps\[1\]\.steps\[0\]: node2\/heat-api is in rotation already/,
);

test(
  'an error about an unknown node lists the known ones',
  refused,
  written([{ name: 'apis', steps: [{ step: 'drain', on: 'node9/heat-api' }] }]),
  /choreography\.stages\[0\]\.steps\[0\]\.on: there is no node9\/heat-api in topology 2x2; one of node1\/heat-api/,
);

test(
  'the name of a shipped choreography is refused',
  refused,
  written(careful, { name: 'guide' }),
  /choreography\.name: there is a choreography guide already/,
);
