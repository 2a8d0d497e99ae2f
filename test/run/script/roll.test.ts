import test from 'ava';
import { prepareUpgrade } from '../../../src/api/prepare-upgrade.ts';
import { RollgateError } from '../../../src/errors.ts';
import type { Step } from '../../../src/plan/step.ts';
import type { RollFunction } from '../../../src/run/script/roll-function.ts';
import { carryOutRoll } from '../../../src/run/script/roll.ts';

const TO_TARGET = { to: 'target', vhost: 'heat' } as const;

/** Rolls a lab of 1x1 that does everything; the steps that came of it. */
async function rolled(
  roll: RollFunction,
  {
    carryOut = async () => {},
    signal = new AbortController().signal,
  }: { readonly carryOut?: (step: Step) => Promise<void>; readonly signal?: AbortSignal } = {},
) {
  const lab = { series: '2025.1', topology: '1x1' };
  const { plan } = await prepareUpgrade('lab.upgrade', lab, { to: '2026.1', roll: async () => {} });
  const step = plan.stages.flatMap(({ steps }) => steps).find(({ kind }) => kind === 'script');
  if (step?.kind !== 'script') throw new Error('the plan has no step for the function');
  const steps: string[] = [];
  const context = { plan, lab: {} as never, own: { roll }, signal };
  const end = carryOutRoll(step, context, async (one) => {
    steps.push(`${one.id} ${one.name}`);
    await carryOut(one);
  });
  return { end, steps };
}

test('each call of the function is a step below its own', async (t) => {
  const { end, steps } = await rolled(async (carryOut) => {
    await carryOut({ call: 'db-sync', to: 'target' });
    await carryOut({ call: 'create-vhost', vhost: 'next' });
    await carryOut({ call: 'swap', on: ['node1/heat-engine'], to: 'target', vhost: 'next' });
    await carryOut({ call: 'swap', on: ['node1/heat-api'], to: 'target', vhost: 'next' });
  });
  await end;
  t.deepEqual(steps, [
    '2.1.1 sync the database schema with the code of 2026.1',
    '2.1.2 create the broker vhost next',
    '2.1.3 swap heat-engine on node1 to 2026.1 (vhost next)',
    '2.1.4 swap heat-api on node1 to 2026.1 (vhost next)',
  ]);
});

test('a call that the lab cannot carry out is refused and changes nothing', async (t) => {
  const { end, steps } = await rolled(async (carryOut) => {
    const error = await t.throwsAsync(carryOut({ call: 'swap', on: ['node1'], ...TO_TARGET }), {
      instanceOf: RollgateError,
      code: 'invalid-call',
      message: /before the schema was synced/,
    });
    t.regex(error.hint ?? '', /lab\.services\(\) shows the services of each node/);
  });
  // Nothing was swapped at all, which is no upgrade left on the way.
  await end;
  t.deepEqual(steps, []);
});

test('a lab that is left half-way fails the roll', async (t) => {
  const { end } = await rolled(async (carryOut) => {
    await carryOut({ call: 'db-sync', to: 'target' });
    await carryOut({ call: 'swap', on: ['node1/heat-engine'], ...TO_TARGET });
  });
  await t.throwsAsync(end, {
    code: 'script-left-undone',
    message: /^the roll left things undone\n.*node1\/heat-api was never brought to the target/,
  });
});

test('an error of the function fails the roll; a failed step is reported by itself', async (t) => {
  const own = new TypeError('not a function');
  const thrown = await rolled(() => Promise.reject(own));
  const error = await t.throwsAsync(thrown.end, {
    code: 'roll-failed',
    message: /threw: not a function/,
  });
  t.is(error.cause, own);
  const failing = await rolled((carryOut) => carryOut({ call: 'db-sync', to: 'target' }), {
    carryOut: () => Promise.reject(new RollgateError('migration-failed', 'no')),
  });
  await t.throwsAsync(failing.end, { code: 'migration-failed' });
});

test('a call that the function does not await is waited for, and its failure counts', async (t) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { end } = await rolled(
    async (carryOut) => {
      void carryOut({ call: 'db-sync', to: 'target' }).catch(() => undefined);
    },
    {
      carryOut: async () => {
        await promise;
        throw new RollgateError('migration-failed', 'late');
      },
    },
  );
  resolve();
  await t.throwsAsync(end, { code: 'migration-failed' });
});

test('an abort ends a function that waits for ever', async (t) => {
  const stop = new AbortController();
  const { end } = await rolled(() => new Promise<void>(() => undefined), { signal: stop.signal });
  stop.abort(new Error('enough'));
  await t.throwsAsync(end, { message: 'enough' });
});
