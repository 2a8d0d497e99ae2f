import { basename } from 'node:path';
import { CONFIGURATIONS, releaseLabel, type Side } from '../../release/release.ts';
import type { InfrastructureTask } from '../../scenario/topology/infrastructure.ts';
import { successorOf, type ServiceInstance } from '../../scenario/topology/topology.ts';
import { checkName } from '../checkpoints/check.ts';
import type { Draft } from '../draft.ts';
import { isReconfiguration, type Plan } from '../plan.ts';
import type { Action, Limit } from '../step.ts';
import { describeConfig } from './describe-config.ts';

/** The releases that a plan moves its services from and to. */
export type Upgrade = Pick<Plan, 'base' | 'target' | 'restart' | 'configurationChanges'>;

/** A step's action, as one line for a person. */
export function stepName(step: Draft, upgrade: Upgrade): string {
  const label = (side: Side): string =>
    isReconfiguration(upgrade)
      ? `configuration ${CONFIGURATIONS[side]}`
      : releaseLabel(upgrade[side]);
  switch (step.kind) {
    case 'db-sync':
      return `sync the database schema with the code of ${releaseLabel(upgrade[step.side])}`;
    case 'migrate-data':
      return `migrate the data online with the code of ${releaseLabel(upgrade[step.side])}`;
    case 'pin':
      return `pin services that start from here on to ${step.release}`;
    case 'unpin':
      return 'start services from here on without a pin';
    case 'create-vhost':
      return `create the broker vhost ${step.vhost}`;
    case 'set-options':
      return `give services that start from here on ${describeConfig(step.config).join('; ')}`;
    case 'stop':
      return `stop ${place(step.target)}`;
    case 'try-stop':
      return `stop ${step.targets.map(place).join(', ')}, within ${step.limitSeconds} s`;
    case 'start':
      return `start ${place(step.target)} at ${label(step.side)} (vhost ${step.vhost})`;
    case 'swap':
      return `swap ${place(step.target)} to ${label(step.side)} (vhost ${step.vhost})`;
    case 'surge':
      return `start ${place(successorOf(step.target))} at ${label(step.side)} beside ${step.target.service} (vhost ${step.vhost})`;
    case 'drain':
      return `${drainName(step)} until it has no requests, else ${limitName(step)}`;
    case 'undrain':
      return `put ${place(step.target)} back into rotation`;
    case 'move-api':
      return `move ${place(step.target)} to vhost ${step.vhost} while it runs`;
    case 'reload':
      return `have ${place(step.target)} read its configuration anew while it runs`;
    case 'quiesce': {
      const held = step.of === 'queues' ? '' : ' and nothing held by its engines';
      return `check the queues of vhost ${step.vhost}: ${step.samples} checks in a row without a message${held}, else ${limitName(step)}`;
    }
    case 'swap-infrastructure':
      return `swap ${step.server} to that of Debian ${step.suite}`;
    case 'infrastructure-task':
      return TASK_NAMES[step.task];
    case 'fault':
      return faultName(step);
    case 'script':
      return step.run === undefined
        ? `call the function that rolls the lab, for ${step.limitSeconds} s at most`
        : `run ${basename(step.run)}, which rolls the lab, for ${step.limitSeconds} s at most`;
    case 'check':
      return checkName(step);
    case 'start-load':
      return 'start the load';
    case 'release':
      return 'resume the objects held for the target, one after the other';
    case 'stop-workload':
      return 'begin nothing new, and finish the operations under way';
    case 'hold':
      return `let the load run for ${step.seconds} s${crossing(step)}`;
    case 'settle':
      return 'wait until every accepted operation is settled';
    case 'revive':
      return `revive stuck objects by an update without changes, as an operator would, and follow them for ${step.limitSeconds} s at most`;
    case 'stop-load':
      return 'stop the load';
    case 'together':
      return `${step.steps.length} steps side by side`;
  }
}

const TASK_NAMES = {
  'enable-feature-flags': 'enable all feature flags of RabbitMQ',
  expand: 'expand Keystone’s schema with the new code',
  contract: 'contract Keystone’s schema with the new code',
} as const satisfies Record<InfrastructureTask, string>;

function drainName({ how, target }: Extract<Draft, { kind: 'drain' }>): string {
  return how === 'drain' ? `drain ${place(target)}` : `put ${place(target)} in maintenance`;
}

function limitName({ limitSeconds, otherwise }: Limit): string {
  return `${otherwise === 'fail' ? 'fail' : 'go on'} after ${limitSeconds} s`;
}

function faultName(step: Extract<Draft, { kind: 'fault' }>): string {
  if (step.fault === 'burn-cpu') return `burn all CPU of the machine for ${step.seconds} s`;
  const on = 'target' in step ? place(step.target) : step.infrastructure;
  const length = `for ${step.seconds} s`;
  switch (step.fault) {
    case 'cut':
      return `cut ${on} off from ${step.from.join(' and ')} ${length}`;
    case 'narrow':
      return `narrow the network of ${on} to ${step.rate} ${length}`;
    case 'pause':
      return `freeze ${on} ${length}`;
    case 'unplug':
      return `take ${on} off the network ${length}`;
    case 'stop':
    case 'kill':
      return `${step.fault} ${on} ${length}`;
  }
}

function place({ service, node }: ServiceInstance): string {
  return `${service} on ${node}`;
}

function crossing({ crossingSeconds }: Extract<Action, { kind: 'hold' }>): string {
  return crossingSeconds === undefined
    ? ''
    : `, and until old and new services shared its work, ${crossingSeconds} s more at most`;
}
