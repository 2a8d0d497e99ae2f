import { RollgateError } from '../../errors.ts';
import type { Draft } from '../../plan/draft.ts';
import type { Plan } from '../../plan/plan.ts';
import {
  instanceName,
  type ServiceInstance,
  type Topology,
  servicesOf,
} from '../../scenario/topology/topology.ts';
import { nodesOf } from '../checkpoints/environment.ts';
import type { RunContext } from '../context.ts';
import type { ScriptCall } from './protocol.ts';

/** The calls that a script can make to a lab. */
type Plain = Extract<
  Draft,
  { readonly kind: 'db-sync' | 'create-vhost' | 'stop' | 'start' | 'swap' | 'drain' | 'undrain' }
>;
type StepCall = Exclude<ScriptCall, { readonly call: 'list' | 'checkpoint' }>;

/** The steps that a call requests. */
export function draftsOf(call: StepCall, { topology }: Pick<Plan, 'topology'>): readonly Plain[] {
  switch (call.call) {
    case 'db-sync':
      return [{ kind: 'db-sync', side: call.to }];
    case 'create-vhost':
      return [{ kind: 'create-vhost', vhost: call.vhost }];
    case 'stop':
      return services(call.on, topology).map((target) => ({ kind: 'stop', target }));
    case 'start':
    case 'swap': {
      const { call: kind, to: side, vhost } = call;
      return services(call.on, topology).map((target) => ({ kind, target, side, vhost }));
    }
    case 'drain': {
      const { limitSeconds } = call;
      const rest = { how: 'drain', limitSeconds, otherwise: 'fail' } as const;
      return apis(call.on, topology).map((target) => ({ kind: 'drain', target, ...rest }));
    }
    case 'undrain':
      return apis(call.on, topology).map((target) => ({ kind: 'undrain', target }));
  }
}

/** @throws RollgateError `no-such-service`. */
function services(names: readonly string[], topology: Topology): readonly ServiceInstance[] {
  const all = servicesOf(topology);
  return names.flatMap((name) => {
    const found = all.filter((one) => one.node === name || instanceName(one) === name);
    if (found.length > 0) return found;
    throw new RollgateError('no-such-service', `there is no ${name}`, {
      kind: 'usage',
      hint: `Name a node (${topology.nodes.map((node) => node.name).join(', ')}) or one of ${all.map(instanceName).join(', ')}`,
    });
  });
}

/** Only a node's apis: no other service is in rotation. */
function apis(names: readonly string[], topology: Topology): readonly ServiceInstance[] {
  return services(names, topology).filter(
    (one) => one.role === 'api' || names.includes(instanceName(one)),
  );
}

/** As JSON: node → service → release, vhost and state. */
export async function listServices({ lab }: Pick<RunContext, 'lab'>): Promise<string> {
  return JSON.stringify(await nodesOf(lab), null, 2);
}
