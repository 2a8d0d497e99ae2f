import { systemClock } from '../../../load/clock.ts';
import type { HttpResult } from '../../../load/http/request.ts';
import type { ProbeRequest } from '../../load.ts';
import type { HeatApi } from '../api/api.ts';
import { MASKED, WholeAnswers } from '../calls/whole-answer.ts';
import { heatProbes, type ProbeContext } from '../workload/probes.ts';
import { makeStandingStack, type StandingStack } from '../workload/standing.ts';
import type { Deletions } from './deletions.ts';

const PAUSE_MS = 2000;
/** The probes whose answer contains the standing stack. */
const ASK_FOR_IT: ReadonlySet<string> = new Set(['list', 'show']);

export interface StandingStacksOptions {
  readonly api: HeatApi;
  readonly token: ProbeContext['token'];
  readonly prefix: string;
  readonly deletions: Deletions;
  /** Called when a new stack replaces one that another user deleted. */
  readonly onReplaced: (before: StandingStack, now: StandingStack) => void;
  readonly signal: AbortSignal;
}

/** The standing stack of the probes; it is replaced if another user deletes it. */
export class StandingStacks {
  readonly #options: StandingStacksOptions;
  #standing: StandingStack;
  #requests: Readonly<Record<string, ProbeRequest>>;
  #isMaking = false;
  /** The previous stack, and when it was replaced. */
  #before: { readonly standing: StandingStack; readonly until: number } | undefined;

  private constructor(options: StandingStacksOptions, standing: StandingStack) {
    this.#options = options;
    this.#standing = standing;
    this.#requests = this.#requestsFor(standing);
  }

  /** @throws RollgateError `standing-stack` if the first stack cannot be made. */
  static async make(options: StandingStacksOptions): Promise<StandingStacks> {
    const { api, prefix, signal } = options;
    return new StandingStacks(options, await makeStandingStack(api, signal, prefix));
  }

  /** The probes that one project allows, by name. */
  get probes(): Readonly<
    Record<
      string,
      {
        readonly request: ProbeRequest;
        readonly judge?: (result: HttpResult) => Promise<HttpResult>;
      }
    >
  > {
    return Object.fromEntries(
      Object.keys(this.#requests).map((name) => {
        const request: ProbeRequest = () => {
          const next = this.#requests[name];
          if (next === undefined) throw new Error(`no probe named ${name}: a bug`);
          return next();
        };
        return [
          name,
          ASK_FOR_IT.has(name) ? { request, judge: (result) => this.#judge(result) } : { request },
        ];
      }),
    );
  }

  async #judge(result: HttpResult): Promise<HttpResult> {
    if (result.outcome === 'served') return result;
    const before = this.#before;
    const standing =
      before !== undefined && result.sentAt <= before.until ? before.standing : this.#standing;
    const judged = await this.#options.deletions.unless(standing, result);
    if (judged.unobserved !== undefined) this.#replace(standing);
    return judged;
  }

  #replace(gone: StandingStack): void {
    if (gone !== this.#standing || this.#isMaking) return;
    this.#isMaking = true;
    void this.#makeAnother(gone).finally(() => (this.#isMaking = false));
  }

  /** Tries until one is made: the other probes show if the API does not serve during that time. */
  async #makeAnother(gone: StandingStack): Promise<void> {
    const { api, prefix, signal, onReplaced } = this.#options;
    while (!signal.aborted) {
      const made = await makeStandingStack(api, signal, prefix).catch(() => undefined);
      if (made !== undefined) {
        this.#before = { standing: gone, until: systemClock.now() };
        this.#standing = made;
        this.#requests = this.#requestsFor(made);
        return onReplaced(gone, made);
      }
      await systemClock.sleepUntil(systemClock.now() + PAUSE_MS, signal);
    }
  }

  #requestsFor(standing: StandingStack): Readonly<Record<string, ProbeRequest>> {
    const { token } = this.#options;
    // A user of one project has no second project.
    const { 'other-project': _, ...probes } = heatProbes({
      token,
      other: token,
      standing,
      answers: new WholeAnswers(MASKED),
    });
    return probes;
  }
}
