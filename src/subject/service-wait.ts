import type { ExecResult } from '../containers/port.ts';
import { waitFor, type Look } from '../containers/wait.ts';
import { RollgateError } from '../errors.ts';
import type { ServiceInstance } from '../scenario/topology/topology.ts';
import { ownerLogin } from './identity/owner.ts';
import type { AwaitServing, LabAccess } from './subject.ts';

/**
 * HAProxy's states of a healthy server. See HAProxy Management Guide, "show stat", `status`. A
 * server that was taken out of rotation on purpose is DRAIN, or only MAINT if HAProxy does not
 * check it. `MAINT (resolution)` means that the name does not resolve.
 */
const TAKEN_IN = /^(UP\b|DRAIN$|MAINT$)/;

/** How long an api may take to answer one request. */
const ANSWER_LIMIT_MS = 10_000;

/**
 * The container engine may lose what a command printed, and its status, if it stops and goes on
 * meanwhile. A Python that fails says why.
 */
const SILENT_TRIES = 3;

/** Waits for one service of a lab. Every wait ends at once when its container has exited. */
export class ServiceWait {
  readonly #lab: LabAccess;
  readonly #instance: ServiceInstance;
  readonly #options: AwaitServing;

  constructor(lab: LabAccess, instance: ServiceInstance, options: AwaitServing) {
    this.#lab = lab;
    this.#instance = instance;
    this.#options = options;
  }

  /**
   * @param what What the service has to do, e.g. `to answer`.
   * @throws RollgateError `did-not-serve`.
   */
  until<T>(what: string, look: () => Promise<Look<T>>): Promise<T> {
    const { limitSeconds, signal } = this.#options;
    return waitFor(
      { what: `${this.#name} ${what}`, limitSeconds, signal, everyMs: 250, code: 'did-not-serve' },
      async () => {
        await this.#alive();
        return look();
      },
    );
  }

  /** Waits until the load balancer considers it healthy. @throws RollgateError `did-not-serve`. */
  async untilInRotation(): Promise<void> {
    const { limitSeconds, signal } = this.#options;
    await waitFor(
      {
        what: `HAProxy to see ${this.#name} UP`,
        limitSeconds,
        signal,
        everyMs: 250,
        code: 'did-not-serve',
      },
      async () => {
        const servers = await this.#lab.balancer.servers();
        const status = servers.get(this.#name)?.status ?? 'unknown';
        return TAKEN_IN.test(status) ? { value: true } : { notYet: status };
      },
    );
  }

  /**
   * The version according to the container's Python, which is the running one. It is safe not to
   * await it: if another wait fails first, that failure is reported.
   *
   * @param title The subject's name.
   * @throws RollgateError `version-unknown`.
   */
  version(command: readonly string[], title: string): Promise<string> {
    const version = this.#readVersion(command, title);
    version.catch(() => undefined);
    return version;
  }

  #readVersion(command: readonly string[], title: string): Promise<string> {
    const container = this.#lab.container(this.#instance);
    return versionSaid(() => this.#lab.engine.exec(container, command), `${title} in ${container}`);
  }

  async #alive(): Promise<void> {
    const state = await this.#lab.engine.state(this.#lab.container(this.#instance));
    if (state?.running === true) return;
    throw new RollgateError(
      'did-not-serve',
      `${this.#name} exited with ${state?.exitCode ?? '?'} before it served`,
    );
  }

  get #name(): string {
    return `${this.#instance.node}/${this.#instance.service}`;
  }
}

/** Whether an api answers a request of the owner of the lab's objects on its own port. */
export async function answersOwner(
  lab: LabAccess,
  instance: ServiceInstance,
  path: string,
): Promise<Look<true>> {
  const endpoint = await lab.directEndpoint(instance);
  const token = await lab.keystone.token(ownerLogin(lab.secrets));
  const response = await fetch(`${endpoint}${path}`, {
    headers: { 'x-auth-token': token.id },
    signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
  });
  return isOk(response);
}

/** Whether an answer shows that the service serves. */
export async function isOk(response: Response): Promise<Look<true>> {
  const body = await response.text();
  return response.status === 200
    ? { value: true }
    : { notYet: `status ${response.status} ${body.slice(0, 200)}` };
}

/**
 * Prints the version of a Python distribution. A source tree laid over an image has its full version
 * in addition to the one that old pbr can read.
 */
export function versionCommand(name: string): readonly string[] {
  const program = [
    'from importlib.metadata import distribution',
    `found = distribution("${name}")`,
    'print(found.read_text("rollgate-version") or found.version)',
  ];
  return ['python3', '-c', program.join('\n')];
}

/** MySQL's DATETIME has whole seconds. */
export function secondOf(epochMs: number): number {
  return Math.floor(epochMs / 1000) * 1000;
}

/**
 * The version that a command prints.
 *
 * @param what Of what, for the message: `Heat in rollgate-1-node1-heat-api`.
 * @throws RollgateError `version-unknown`.
 */
export async function versionSaid(run: () => Promise<ExecResult>, what: string): Promise<string> {
  for (let triesLeft = SILENT_TRIES; ; triesLeft -= 1) {
    const { exitCode, stdout, stderr } = await run();
    if (exitCode === 0) return stdout.trim();
    const said = stderr.trim();
    if (said === '' && triesLeft > 1) continue;
    const why = said === '' ? `the look into it ended with status ${exitCode}, silently` : said;
    throw new RollgateError('version-unknown', `no ${what}: ${why}`);
  }
}
