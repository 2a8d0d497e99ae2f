import type { Deployment } from '../lab/deployment/deployment.ts';
import type { Side } from '../release/release.ts';
import type { CarryOutCall } from '../run/script/roll-function.ts';
import { instanceNamed, LabService, statusesOf, type ServiceStatus } from './lab-service.ts';

/** The release and the broker vhost that a service starts with. */
export interface Destination {
  /** Default: `target`. */
  readonly to?: Side;
  /** Default: the vhost that the lab started on. */
  readonly vhost?: string;
}

/** How calls become steps of a run. */
export interface Rolling {
  readonly carryOut: CarryOutCall;
  /** The initial broker vhost of all services. */
  readonly baseVhost: string;
}

/**
 * How long an api may still have requests after it was taken out of rotation; the value that
 * deployers use.
 */
const DRAIN_SECONDS = 90;

/**
 * A service while the lab is being rolled. Each call is a step of the run, with events. It resolves
 * when the step is done: a started service then serves.
 *
 * A call that the lab cannot carry out is refused with RollgateError `invalid-call`, and changes
 * nothing.
 *
 * ```ts
 * import type { RollingLab } from 'rollgate';
 *
 * async function swapDrained(lab: RollingLab): Promise<void> {
 *   const api = lab.service('node1/heat-api');
 *   await api.drain({ limitSeconds: 30 });
 *   await api.swap({ to: 'target' });
 *   await api.undrain();
 * }
 * console.log(swapDrained);
 * ```
 */
export class RollingService extends LabService {
  readonly #roll: Rolling;

  constructor(deployment: Deployment, name: string, roll: Rolling) {
    super(deployment, instanceNamed(deployment.instances, name));
    this.#roll = roll;
  }

  /** Stops it with its own grace, and starts it at a release under the same name. */
  swap({ to = 'target', vhost = this.#roll.baseVhost }: Destination = {}): Promise<void> {
    return this.#roll.carryOut({ call: 'swap', on: [this.name], to, vhost });
  }

  /** Stops it with its own grace, and removes its container. */
  stop(): Promise<void> {
    return this.#roll.carryOut({ call: 'stop', on: [this.name] });
  }

  /** Starts it at a release, and waits until it serves. */
  start({ to = 'target', vhost = this.#roll.baseVhost }: Destination = {}): Promise<void> {
    return this.#roll.carryOut({ call: 'start', on: [this.name], to, vhost });
  }

  /** Takes an api out of the load balancer's rotation, and waits until it has no requests. */
  drain({ limitSeconds = DRAIN_SECONDS }: { readonly limitSeconds?: number } = {}): Promise<void> {
    return this.#roll.carryOut({ call: 'drain', on: [this.name], limitSeconds });
  }

  /** Puts an api back into rotation, and waits until the load balancer sends it requests. */
  undrain(): Promise<void> {
    return this.#roll.carryOut({ call: 'undrain', on: [this.name] });
  }
}

/**
 * A lab while a function rolls it: the argument that `lab.upgrade({ roll })` passes to the
 * function.
 *
 * ```ts
 * import { Lab, assertVerdict } from 'rollgate';
 *
 * await using lab = await Lab.start({ series: '2025.1', topology: '1x1' });
 * const run = await lab.upgrade({
 *   to: '2026.1',
 *   roll: async (lab) => {
 *     await lab.dbSync();
 *     await lab.service('node1/heat-engine').swap();
 *     await lab.service('node1/heat-api').swap();
 *   },
 * });
 * assertVerdict(run).proves('supports-upgrade');
 * ```
 */
export class RollingLab {
  readonly #deployment: Deployment;
  readonly #roll: Rolling;

  constructor(deployment: Deployment, roll: Rolling) {
    this.#deployment = deployment;
    this.#roll = roll;
  }

  /** Migrates the database schema with the code of a release. */
  dbSync({ to = 'target' }: { readonly to?: Side } = {}): Promise<void> {
    return this.#roll.carryOut({ call: 'db-sync', to });
  }

  /** Makes a broker vhost, with the lab's user in it. */
  createVhost(vhost: string): Promise<void> {
    return this.#roll.carryOut({ call: 'create-vhost', vhost });
  }

  /**
   * One of its services, e.g. `node1/heat-engine`, which can be swapped.
   *
   * @throws RollgateError `no-such-service` with the names of the lab's services.
   */
  service(name: string): RollingService {
    return new RollingService(this.#deployment, name, this.#roll);
  }

  /** The services and their releases at this moment. */
  services(): Promise<readonly ServiceStatus[]> {
    return statusesOf(this.#deployment);
  }

  /** Makes the scenario's checks of a point: see docs/checkpoints.md. */
  checkpoint(point: 'before' | 'after-node' | 'mixed' | 'after' | 'after-rollback'): Promise<void> {
    return this.#roll.carryOut({ call: 'checkpoint', point });
  }
}
