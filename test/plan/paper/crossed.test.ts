import test from 'ava';
import { RollgateError } from '../../../src/errors.ts';
import { CHOREOGRAPHIES } from '../../../src/plan/choreographies/registry.ts';
import { choreographiesApart, coexistence } from '../../../src/plan/paper/coexistence.ts';
import { apply, labAtBase } from '../../../src/plan/paper/lab-state.ts';
import { provable, unprovableTags } from '../../../src/plan/paper/provable.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { DEPLOYERS, planned } from '../planned.ts';

// Every choreography on every topology, by every deployer, for pairs of releases with one RPC version
// and with two, upwards and downwards.

const PAIRS = [
  ['2025.1', '2026.1'],
  ['2026.1', '2026.2'],
  ['2026.2', '2026.1'],
  ['2026.1', '2025.1'],
] as const;
const TOPOLOGIES = ['1x1', '2x2', '3x3', '2x2-cfn'] as const;
const NAMES = CHOREOGRAPHIES.map(({ name }) => name).filter((name) => name !== 'script');

interface Crossing {
  readonly base: string;
  readonly target: string;
  readonly topology: string;
  readonly choreography: string;
  readonly deployer?: string | undefined;
}

const known = new Map<string, Promise<Plan | string>>();

/** The plan, or why it was refused. */
function tried({ deployer, ...input }: Crossing): Promise<Plan | string> {
  const key = JSON.stringify({ ...input, deployer });
  const made =
    known.get(key) ??
    planned({ ...input, ...(deployer === undefined ? {} : { deployer }) }).catch((error: unknown) =>
      error instanceof RollgateError ? error.message : String(error),
    );
  known.set(key, made);
  return made;
}

/** Why a plan was refused; nothing if it was not. */
function refusalOf(plan: Plan | string): string {
  return typeof plan === 'string' ? plan : '';
}

/** The roles whose services of one side run beside a service of the other, between two steps. */
function rolesInMixedState({ stages, topology, baseVhost }: Plan): ReadonlySet<string> {
  const seen = new Set<string>();
  let state = labAtBase(topology, baseVhost);
  for (const step of stages.flatMap(({ steps }) => steps)) {
    state = apply(state, step);
    const running = [...state.running.values()];
    if (new Set(running.map(({ side }) => side)).size < 2) continue;
    for (const { instance, side } of running) seen.add(`${instance.role} ${side}`);
  }
  return seen;
}

const ALL_ROLES = ['api base', 'api target', 'engine base', 'engine target'];

for (const [base, target] of PAIRS) {
  const isUp = base < target;
  const isOneRpc = base !== '2025.1' && target !== '2025.1';
  // Downwards and with another deployer the order is the same: one topology is enough.
  for (const topology of isUp ? TOPOLOGIES : (['2x2'] as const)) {
    test(`${base} → ${target} on ${topology}: each choreography is planned, or refused for a known reason`, async (t) => {
      for (const { name: choreography, sameRpc } of CHOREOGRAPHIES) {
        if (choreography === 'script') continue;
        for (const deployer of topology === '2x2' && isUp && isOneRpc
          ? [undefined, ...DEPLOYERS]
          : [undefined]) {
          const plan = await tried({ base, target, topology, choreography, deployer });
          const who = `${choreography} by ${deployer}`;
          const refusal = refusalOf(plan);
          if (sameRpc === undefined || isOneRpc) t.is(refusal, '', who);
          else t.regex(refusal, /engines speak the same RPC/, who);
        }
      }
    });

    test(`${base} → ${target} on ${topology}: every choreography that avoids a forecast can be planned`, async (t) => {
      const guide = await tried({ base, target, topology, choreography: 'guide' });
      if (typeof guide === 'string') return t.fail(guide);
      const { all, avoidedBy } = choreographiesApart(guide);
      const named = new Set([...all, ...[...avoidedBy.values()].flat()]);
      t.true(named.has('gentle'));
      t.is(named.has('node-by-node'), isOneRpc);
      for (const choreography of named) {
        const plan = await tried({ base, target, topology, choreography });
        t.is(typeof plan, 'object', choreography);
      }
    });
  }
}

test('a deployer is refused for a release older than its first one', async (t) => {
  const pair = { base: '2025.1', target: '2026.1', topology: '2x2', choreography: 'guide' };
  t.regex(
    refusalOf(await tried({ ...pair, deployer: 'openstack-helm' })),
    /is described from 2026\.1 on, and 2025\.1 is older/,
  );
});

for (const topology of TOPOLOGIES) {
  test(`on ${topology}, a plan warns before the run exactly if the rolling tag cannot be proven`, async (t) => {
    for (const choreography of NAMES) {
      const plan = await tried({ base: '2026.1', target: '2026.2', topology, choreography });
      if (typeof plan === 'string') return t.fail(plan);
      const found = provable(coexistence(plan.stages, plan.topology, plan.baseVhost));
      const seen = rolesInMixedState(plan);
      const isProvable = ALL_ROLES.every((role) => seen.has(role));
      const saysSo = found.cannot.some((one) => /^(any tag|supports-rolling-upgrade)/.test(one));
      const why = `${choreography}: ${[...seen].join(', ')}; ${found.cannot.join('; ')}`;
      t.is(saysSo, !isProvable, why);
      t.is(unprovableTags(found) !== undefined || choreography === 'none', !isProvable, why);
    }
  });
}

test('a batch of all apis leaves no api of the base in the mixed state', async (t) => {
  const { stages, topology, baseVhost } = await planned({ choreography: 'kolla' });
  const { cannot } = provable(coexistence(stages, topology, baseVhost));
  t.is(
    cannot[0],
    'supports-rolling-upgrade and the tags that build on it: the mixed state has no API of the base and no engine of the target',
  );
});
