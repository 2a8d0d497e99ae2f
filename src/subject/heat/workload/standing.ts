import { randomBytes } from 'node:crypto';
import { waitFor } from '../../../containers/wait.ts';
import { RollgateError } from '../../../errors.ts';
import type { HttpResult } from '../../../load/http/http-client.ts';
import type { HeatApi } from '../api/api.ts';
import type { Template } from '../api/template.ts';

/** A stack that stands from before the baseline to the end: the object of the probes. */
export interface StandingStack {
  readonly id: string;
  readonly name: string;
  /** Its random string, which must never change. */
  readonly random: string;
}

/** The names of the load's stacks begin with it. */
export const PREFIX = 'rollgate';
/** The standing stack has it, to be found by it. */
export const TAG = 'standing';
const CODE = 'standing-stack';
const HINT = 'Heat does not work before anything was changed: see the engines’ logs.';

const TEMPLATE: Template = {
  heat_template_version: '2018-08-31',
  description: 'Stands from before the upgrade to its end',
  parameters: { length: { type: 'number', default: 16, description: 'Of the random string' } },
  resources: {
    random: {
      type: 'OS::Heat::RandomString',
      properties: { length: { get_param: 'length' } },
    },
    value: { type: 'OS::Heat::Value', properties: { value: { get_attr: ['random', 'value'] } } },
  },
  outputs: { random: { value: { get_attr: ['value', 'value'] } } },
};

/**
 * Makes the standing stack and waits until it is complete.
 *
 * @throws RollgateError `standing-stack` if it does not come to be.
 */
export async function makeStandingStack(
  api: HeatApi,
  signal?: AbortSignal,
  prefix = PREFIX,
): Promise<StandingStack> {
  // A lab that was loaded before has one already.
  const name = `${prefix}-standing-${randomBytes(4).toString('hex')}`;
  const { result, value: id } = await api.create(name, TEMPLATE, {}, { tags: [TAG] });
  if (id === undefined) throw notMade(describe(result));
  const stack = { id, name };
  const random = await waitFor(
    {
      what: `${name} to be complete`,
      limitSeconds: 60,
      everyMs: 500,
      signal,
      code: CODE,
      hint: HINT,
    },
    async () => {
      const { result, value } = await api.show(stack);
      if (value === undefined) return { notYet: describe(result) };
      const seen = `${value.status} ${value.reason}`;
      if (value.status.endsWith('_FAILED')) throw notMade(seen);
      const random = value.outputs['random'];
      return value.status === 'CREATE_COMPLETE' && typeof random === 'string'
        ? { value: random }
        : { notYet: seen };
    },
  );
  return { ...stack, random };
}

function describe({ outcome, status, detail }: HttpResult): string {
  return [outcome, status, detail].filter((part) => part !== undefined).join(' ');
}

function notMade(why: string): RollgateError {
  return new RollgateError(CODE, `the stack that the probes ask for: ${why}`, { hint: HINT });
}
