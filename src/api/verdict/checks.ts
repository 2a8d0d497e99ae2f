import { nearest } from '../../document/nearest.ts';
import { RollgateError } from '../../errors.ts';
import { CAUSE_KINDS, type CauseKind } from '../../verdict/causes/kinds.ts';
import { firstUnmet } from '../../verdict/clauses/tags.ts';
import { TAGS, type Cause, type TagName, type Verdict } from '../../verdict/schema/verdict.ts';
import { withAll } from '../in-full.ts';

/** The result of a check. A check without a measurement neither passes nor fails. */
export interface VerdictCheck {
  readonly status: 'holds' | 'fails' | 'not-measured';
  /** The test's expectation, e.g. `supports-rolling-upgrade is proven`. */
  readonly expected: string;
  /** The verdict's statement about it. */
  readonly found: string;
  /** The causes that explain it, the worst first. */
  readonly causes: readonly Cause[];
}

/** A limit: a maximum, or a range with both ends included. */
export type Limit = number | { readonly atLeast?: number; readonly atMost?: number };

/**
 * How much an upgrade may lose. Only the given keys are checked.
 *
 * ```ts
 * import { Lab, assertVerdict } from 'rollgate';
 *
 * await using lab = await Lab.start({ series: '2025.1', topology: '2x2' });
 * const run = await lab.upgrade({ to: '2026.1', choreography: 'shared-vhost' });
 * assertVerdict(run).loses({ requests: 20, stacks: { atLeast: 1 } });
 * ```
 */
export interface Losses {
  /** Requests that were not served, of the probes and of the workload. */
  readonly requests?: Limit;
  /** Stacks with an operation that did not complete: stuck, failed or lost. */
  readonly stacks?: Limit;
  /** Stacks that stopped making progress. */
  readonly stuck?: Limit;
  /** Stacks that Heat reported as failed. */
  readonly failed?: Limit;
  /** Stacks that the API no longer knows. */
  readonly lost?: Limit;
}

/** The unit of each limit in words; `nouns` are the subject's objects, e.g. `stacks`. */
const LOSSES = {
  requests: () => 'requests are lost',
  stacks: (nouns) => `${nouns} that did not end well`,
  stuck: (nouns) => `stuck ${nouns}`,
  failed: (nouns) => `failed ${nouns}`,
  lost: (nouns) => `lost ${nouns}`,
} as const satisfies Record<keyof Losses, (nouns: string) => string>;
const LOSS_NAMES = Object.keys(LOSSES) as readonly (keyof Losses)[];

/** @throws RollgateError `unknown-tag`. */
export function checkProves(verdict: Verdict, tag: TagName): VerdictCheck {
  checkKnown('tag', tag, TAGS);
  const { status } = verdict.tags[tag];
  const expected = `${tag} is proven`;
  const causes = verdict.causes.filter(({ harm }) => harm !== 'log-only');
  if (verdict.ended !== 'completed') {
    return { status: 'not-measured', expected, found: notCompleted(verdict), causes };
  }
  if (status === 'proven') return { status: 'holds', expected, found: expected, causes };
  return {
    status: 'fails',
    expected,
    found: `it is ${status}: ${unmetClause(verdict, tag)}`,
    causes,
  };
}

/** @throws RollgateError `unknown-loss`, `no-limit`. */
export function checkLoses(verdict: Verdict, losses: Losses): readonly VerdictCheck[] {
  for (const name of Object.keys(losses)) checkKnown('loss', name, LOSS_NAMES);
  const asked = LOSS_NAMES.filter((name) => losses[name] !== undefined);
  if (asked.length === 0) {
    throw new RollgateError('no-limit', 'loses() was given no limit, so it would check nothing', {
      kind: 'usage',
      hint: 'For example: .loses({ requests: 0, stacks: 0 })',
    });
  }
  return asked.map((name) => checkLoss(verdict, name, losses[name] ?? 0));
}

function checkLoss(verdict: Verdict, name: keyof Losses, limit: Limit): VerdictCheck {
  const { api, noun, stacks } = verdict;
  const { atLeast = 0, atMost = Infinity } = typeof limit === 'number' ? { atMost: limit } : limit;
  const counts: Readonly<Record<keyof Losses, number>> = {
    requests: api.failed,
    stacks: stacks.stuck + stacks.failed + stacks.lost,
    stuck: stacks.stuck,
    failed: stacks.failed,
    lost: stacks.lost,
  };
  const count = counts[name];
  const ofRequests = name === 'requests';
  const expected = `${limitInWords(atLeast, atMost)} ${LOSSES[name](`${noun}s`)}`;
  const total = ofRequests ? `${api.requests} requests` : `${stacks.accepted} ${noun}s`;
  const causes = verdict.causes.filter(({ harm }) =>
    ofRequests ? harm === 'requests-lost' || harm === 'noise' : harm.startsWith('stacks-'),
  );
  const notMeasured = (found: string): VerdictCheck => ({
    status: 'not-measured',
    expected,
    found,
    causes,
  });
  if (verdict.ended !== 'completed') return notMeasured(notCompleted(verdict));
  if ((ofRequests ? api.requests : stacks.accepted) === 0) {
    return notMeasured(ofRequests ? 'no request was sent' : `no ${noun} was accepted`);
  }
  // Cases that may or may not be a loss count neither as lost nor as not lost.
  const doubtful = ofRequests ? api.noise.requests : stacks.unsettled;
  if (doubtful > 0 && count <= atMost && (count + doubtful > atMost || count < atLeast)) {
    return notMeasured(
      ofRequests
        ? `${count} of ${total}, and ${doubtful} more that the noise of the machine may have lost`
        : `${count} of ${total}, and ${doubtful} more whose end is not known`,
    );
  }
  const holds = count >= atLeast && count <= atMost;
  return { status: holds ? 'holds' : 'fails', expected, found: `${count} of ${total}`, causes };
}

/** @throws RollgateError `unknown-cause` for a kind that looks misspelt. */
export function checkHasCause(verdict: Verdict, kind: CauseKind | (string & {})): VerdictCheck {
  const seen = verdict.causes.map((cause) => cause.kind);
  const known: readonly string[] = [...new Set([...CAUSE_KINDS, ...seen])];
  // A kind may also be the signature of a log line that this run did not have.
  if (!known.includes(kind) && nearest(kind, known) !== undefined) checkKnown('cause', kind, known);
  const causes = verdict.causes.filter((cause) => cause.kind === kind);
  const expected = `there is a cause ${kind}`;
  if (causes.length > 0) return { status: 'holds', expected, found: expected, causes };
  if (verdict.ended !== 'completed') {
    return { status: 'not-measured', expected, found: notCompleted(verdict), causes };
  }
  const found =
    seen.length === 0 ? 'there is no cause' : `causes are ${[...new Set(seen)].join(', ')}`;
  return { status: 'fails', expected, found, causes: verdict.causes };
}

/** Whether all requirements of the run (`require`, thresholds, checks) are met. */
export function checkPasses(verdict: Verdict): VerdictCheck {
  const { outcome, reasons, causes } = verdict;
  return {
    status: outcome === 'passed' ? 'holds' : outcome === 'failed' ? 'fails' : 'not-measured',
    expected: 'the run passes',
    found: `${outcome}: ${reasons.join('; ')}`,
    causes: causes.filter(({ harm }) => harm !== 'log-only'),
  };
}

/** The negated check. `not-measured` stays `not-measured`. */
export function negated(check: VerdictCheck, expected: string): VerdictCheck {
  const { status } = check;
  if (status === 'not-measured') return { ...check, expected };
  return { ...check, expected, status: status === 'holds' ? 'fails' : 'holds' };
}

function unmetClause(verdict: Verdict, name: TagName): string {
  const clause = firstUnmet(verdict.tags[name]);
  if (clause === undefined) return 'no clause says why';
  const below = TAGS.find((tag) => clause.id === `holds-${tag}`);
  return below === undefined
    ? `${clause.id}: ${clause.evidence[0] ?? clause.title}`
    : unmetClause(verdict, below);
}

function notCompleted({ reasons }: Verdict): string {
  return `the run did not come to its end: ${reasons.join('; ')}`;
}

function limitInWords(atLeast: number, atMost: number): string {
  if (atMost === 0) return 'no';
  if (atMost === Infinity) return `at least ${atLeast}`;
  return atLeast === 0 ? `at most ${atMost}` : `from ${atLeast} to ${atMost}`;
}

function checkKnown(what: 'tag' | 'loss' | 'cause', word: string, known: readonly string[]): void {
  if (known.includes(word)) return;
  const meant = nearest(word, known);
  const message = `there is no ${what} ${JSON.stringify(word)}`;
  const hint = meant === undefined ? `Known: ${known.join(', ')}` : `Did you mean ${meant}?`;
  throw withAll(new RollgateError(`unknown-${what}`, message, { kind: 'usage', hint }));
}
