import { basename } from 'node:path';
import { CONFIGURATIONS, releaseLabel, type Side } from '../../release/release.ts';
import type { InfrastructureTask } from '../../scenario/topology/infrastructure.ts';
import { successorOf, type ServiceInstance } from '../../scenario/topology/topology.ts';
import { checkName } from '../checkpoints/check.ts';
import type { Draft, DraftOf } from '../draft.ts';
import { isReconfiguration, type Plan } from '../plan.ts';
import type { WaitLimit } from '../step.ts';
import { describeConfig } from './describe-config.ts';

/** The releases that a plan moves its services from and to. */
export type Upgrade = Pick<Plan, 'base' | 'target' | 'restart' | 'configurationChanges'>;

type DraftKind = Draft['kind'];
type Naming<K extends DraftKind> = (step: DraftOf<K>, upgrade: Upgrade) => string;

/** A step's action, as one line for a person. */
export function stepName<K extends DraftKind>(step: DraftOf<K>, upgrade: Upgrade): string {
  const naming: Naming<K> = NAMES[step.kind];
  return naming(step, upgrade);
}

const NAMES: { readonly [K in DraftKind]: Naming<K> } = {
  'db-sync': ({ side }, upgrade) =>
    `sync the database schema with the code of ${releaseLabel(upgrade[side])}`,
  'migrate-data': ({ side }, upgrade) =>
    `migrate the data online with the code of ${releaseLabel(upgrade[side])}`,
  pin: ({ release }) => `pin services that start from here on to ${release}`,
  unpin: () => 'start services from here on without a pin',
  'create-vhost': ({ vhost }) => `create the broker vhost ${vhost}`,
  'set-options': ({ config }) =>
    `give services that start from here on ${describeConfig(config).join('; ')}`,

  stop: ({ target }) => `stop ${place(target)}`,
  'try-stop': ({ targets, limitSeconds }) =>
    `stop ${targets.map(place).join(', ')}, within ${limitSeconds} s`,
  start: (step, upgrade) => `start ${place(step.target)} at ${destination(step, upgrade)}`,
  swap: (step, upgrade) => `swap ${place(step.target)} to ${destination(step, upgrade)}`,
  surge: (step, upgrade) =>
    `start ${place(successorOf(step.target))} at ${sideName(step.side, upgrade)} beside ${step.target.service} (vhost ${step.vhost})`,
  drain: (step) => `${drainName(step)} until it has no requests, else ${limitName(step)}`,
  undrain: ({ target }) => `put ${place(target)} back into rotation`,
  'move-api': ({ target, vhost }) => `move ${place(target)} to vhost ${vhost} while it runs`,
  reload: ({ target }) => `have ${place(target)} read its configuration anew while it runs`,
  quiesce: (step) => {
    const held = step.of === 'queues' ? '' : ' and nothing held by its engines';
    return `check the queues of vhost ${step.vhost}: ${step.samples} checks in a row without a message${held}, else ${limitName(step)}`;
  },
  'swap-infrastructure': ({ server, suite }) => `swap ${server} to that of Debian ${suite}`,
  'infrastructure-task': ({ task }) => TASK_NAMES[task],

  fault: faultName,
  check: checkName,
  script: ({ run, limitSeconds }) => {
    const program =
      run === undefined ? 'call the function that rolls' : `run ${basename(run)}, which rolls`;
    return `${program} the lab, for ${limitSeconds} s at most`;
  },

  'start-load': () => 'start the load',
  release: () => 'resume the objects held for the target, one after the other',
  'stop-workload': () => 'begin nothing new, and finish the operations under way',
  hold: (step) => `let the load run for ${step.seconds} s${crossing(step)}`,
  settle: () => 'wait until every accepted operation is settled',
  revive: ({ limitSeconds }) =>
    `revive stuck objects by an update without changes, as an operator would, and follow them for ${limitSeconds} s at most`,
  'stop-load': () => 'stop the load',

  together: ({ steps }) => `${steps.length} steps side by side`,
};

const TASK_NAMES = {
  'enable-feature-flags': 'enable all feature flags of RabbitMQ',
  expand: 'expand Keystone’s schema with the new code',
  contract: 'contract Keystone’s schema with the new code',
} as const satisfies Record<InfrastructureTask, string>;

function sideName(side: Side, upgrade: Upgrade): string {
  return isReconfiguration(upgrade)
    ? `configuration ${CONFIGURATIONS[side]}`
    : releaseLabel(upgrade[side]);
}

function destination({ side, vhost }: DraftOf<'start' | 'swap'>, upgrade: Upgrade): string {
  return `${sideName(side, upgrade)} (vhost ${vhost})`;
}

function drainName({ how, target }: DraftOf<'drain'>): string {
  return how === 'drain' ? `drain ${place(target)}` : `put ${place(target)} in maintenance`;
}

function limitName({ limitSeconds, otherwise }: WaitLimit): string {
  return `${otherwise === 'fail' ? 'fail' : 'go on'} after ${limitSeconds} s`;
}

function faultName(step: DraftOf<'fault'>): string {
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

function crossing({ crossingSeconds }: DraftOf<'hold'>): string {
  return crossingSeconds === undefined
    ? ''
    : `, and until old and new services shared its work, ${crossingSeconds} s more at most`;
}
