import { RollgateError } from '../../errors.ts';
import type { RunEvent } from '../../events/event.ts';
import { readInstanceName } from '../../scenario/topology/topology.ts';

/** The number of requests in a row that each probe must have served. */
const IN_A_ROW = 2;

/** The answers that the gate must see before it requests the next deed. */
export interface WantedAnswers {
  /** As `list/new`. */
  readonly probes: readonly string[];
  /** Whether an operation that was accepted since then has to be completed. */
  readonly work: boolean;
  /**
   * Servers that have to answer, as `node1/heat-api`; empty if the load balancer does not name
   * them.
   */
  readonly servers: readonly string[];
}

/**
 * Watches the events and reports when the gate is open: every service answers again requests that
 * were sent after a deed.
 */
export class ServedAgain {
  #look: AnswersSince | undefined;

  readonly see = (event: RunEvent): void => this.#look?.see(event);

  /**
   * Resolves when requests sent from now on have shown everything that is required.
   *
   * @param since Milliseconds since the start of the run.
   * @throws RollgateError `not-served-again` after the limit. @throws The signal's reason.
   */
  async wait(
    wanted: WantedAnswers,
    since: number,
    { limitSeconds, signal }: { readonly limitSeconds: number; readonly signal: AbortSignal },
  ): Promise<void> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const look = new AnswersSince(wanted, since, resolve);
    this.#look = look;
    const stop = (): void => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    const limit = setTimeout(
      () => reject(notServedAgain(look.missing, limitSeconds)),
      limitSeconds * 1000,
    );
    try {
      look.check();
      await promise;
    } finally {
      clearTimeout(limit);
      signal.removeEventListener('abort', stop);
      this.#look = undefined;
    }
  }
}

function notServedAgain(missing: readonly string[], seconds: number): RollgateError {
  return new RollgateError(
    'not-served-again',
    `${seconds} s after the deployer was done, the gate still waits: ${missing.join('; ')}`,
    {
      hint: 'Nothing more was asked of the deployer. Look at the step before; --patience waits longer.',
    },
  );
}

/** The answers since one deed. */
class AnswersSince {
  readonly #wanted: WantedAnswers;
  readonly #since: number;
  /** How many requests of a probe were served in a row, and how the last lost one ended. */
  readonly #served = new Map<string, { inARow: number; lost: string | undefined }>();
  readonly #servers = new Set<string>();
  readonly #accepted = new Set<string>();
  readonly #onComplete: () => void;
  #worked = false;

  constructor(wanted: WantedAnswers, since: number, onComplete: () => void) {
    this.#wanted = wanted;
    this.#since = since;
    this.#onComplete = onComplete;
  }

  see(event: RunEvent): void {
    if (event.type === 'request' && event.sentAt >= this.#since) {
      const { probe, connection, outcome, status, server } = event;
      const name = `${probe}/${connection}`;
      const isServed = outcome === 'served';
      const { inARow = 0, lost } = this.#served.get(name) ?? {};
      this.#served.set(name, {
        inARow: isServed ? inARow + 1 : 0,
        lost: isServed ? lost : `${status ?? ''} ${outcome}`.trim(),
      });
      if (isServed && server !== undefined) this.#servers.add(server);
    } else if (event.type === 'operation-accepted' && event.sentAt >= this.#since) {
      this.#accepted.add(event.operation);
    } else if (event.type === 'operation-settled' && event.outcome === 'completed') {
      this.#worked ||= this.#accepted.has(event.operation);
    }
    this.check();
  }

  check(): void {
    if (this.missing.length === 0) this.#onComplete();
  }

  get missing(): readonly string[] {
    const { probes, work, servers } = this.#wanted;
    return [
      ...probes.flatMap((name) => {
        const { inARow, lost } = this.#served.get(name) ?? { inARow: 0, lost: 'no answer' };
        return inARow >= IN_A_ROW ? [] : [`${name} is not served${lost ? ` (${lost})` : ''}`];
      }),
      ...(work && !this.#worked ? ['no operation was begun and completed'] : []),
      ...servers.flatMap((name) =>
        [...this.#servers].some((seen) => names(seen, name)) ? [] : [`${name} answered nothing`],
      ),
    ];
  }
}

/** Load balancers name a server `node1`, `node1.heat-api`, `node1/heat-api`, … */
function names(seen: string, instance: string): boolean {
  const { node, service } = readInstanceName(instance) ?? { node: instance, service: '' };
  const rest = seen.slice(node.length);
  return (
    seen.startsWith(node) &&
    (rest === '' || (/^[^A-Za-z0-9]/.test(rest) && rest.slice(1) === service))
  );
}
