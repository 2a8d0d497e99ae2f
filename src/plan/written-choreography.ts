import type { DataPath } from '../document/problem.ts';
import { RollgateError } from '../errors.ts';
import { given } from '../given.ts';
import {
  serviceNamed,
  type ParsedChoreography,
  type WrittenStep,
} from '../scenario/choreography.ts';
import type { ServiceInstance } from '../scenario/topology/topology.ts';
import type { BalancerSettings } from './balancer.ts';
import type { Choreography, Draft, Roll } from './draft.ts';

/** The position of a scenario's value, as `file:line:column: path`. */
export type PlaceOf = (path: DataPath) => string;

/** A choreography from a scenario, in the form of a built-in one; its steps have their position. */
export function writtenChoreography(
  { name, summary, balancer, apisMayBeAway, stages }: ParsedChoreography,
  placeOf: PlaceOf,
  balancers: readonly BalancerSettings[],
): Choreography {
  const settings = balancers.find((known) => known.name === balancer);
  return {
    name,
    summary,
    ...given({ balancer: settings }),
    ...(apisMayBeAway ? { outage: true } : {}),
    stages: (roll) => {
      const drafts = (steps: readonly WrittenStep[], path: DataPath): readonly Draft[] =>
        steps.map((step, index) => {
          const here = [...path, 'steps', index];
          const place = placeOf(here);
          return step.step === 'together'
            ? { kind: 'together', steps: drafts(step.steps, here), place }
            : { ...draftOf(step, roll), place };
        });
      return stages.map(({ name: stage, steps }, index) => ({
        name: stage,
        steps: drafts(steps, ['choreography', 'stages', index]),
      }));
    },
  };
}

function draftOf(step: Exclude<WrittenStep, { step: 'together' }>, roll: Roll): Draft {
  const vhosts = { base: roll.baseVhost, next: roll.nextVhost };
  switch (step.step) {
    case 'db-sync':
      return { kind: 'db-sync', side: step.to };
    case 'migrate-data':
      return { kind: 'migrate-data', side: step.to };
    case 'pin':
      return { kind: 'pin', release: step.release };
    case 'unpin':
      return { kind: 'unpin' };
    case 'create-vhost':
      return { kind: 'create-vhost', vhost: roll.nextVhost };
    case 'set-options':
      return { kind: 'set-options', config: step.config };
    case 'stop':
      return { kind: 'stop', target: target(step, roll) };
    case 'start':
    case 'swap':
    case 'surge':
      return {
        kind: step.step,
        target: target(step, roll),
        side: step.to,
        vhost: vhosts[step.vhost],
      };
    case 'drain': {
      const { how, limitSeconds, otherwise } = step;
      return { kind: 'drain', target: target(step, roll), how, limitSeconds, otherwise };
    }
    case 'undrain':
      return { kind: 'undrain', target: target(step, roll) };
    case 'move-api':
    case 'reload':
      return { kind: step.step, target: target(step, roll), vhost: vhosts[step.vhost] };
    case 'quiesce': {
      const { of, samples, limitSeconds, otherwise } = step;
      return { kind: 'quiesce', vhost: vhosts[step.vhost], of, samples, limitSeconds, otherwise };
    }
    case 'hold':
      return {
        kind: 'hold',
        seconds: step.seconds,
        ...given({ crossingSeconds: step.crossingSeconds }),
      };
  }
}

/** @throws RollgateError `invalid-plan` if the step names an unknown service; reading the scenario normally finds that. */
function target({ on }: { readonly on: string }, { topology }: Roll): ServiceInstance {
  const found = serviceNamed(topology, on);
  if (found !== undefined) return found;
  throw new RollgateError('invalid-plan', `there is no ${on} in topology ${topology.name}`, {
    kind: 'usage',
  });
}
