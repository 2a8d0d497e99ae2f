import type { LogFinding, UnfinishedPart } from '../../../events/event.ts';
import type { Death } from '../../history/deaths.ts';
import { mapGroup, type Group } from '../../history/group.ts';
import type { LedgerObject, Operation } from '../../history/ledger.ts';
import type { DroppedMessage } from '../../history/messages/dropped.ts';
import { refusalsIn } from '../../history/messages/refusal.ts';
import { SEVERAL_CALLS, type UnansweredCall } from '../../history/messages/unanswered.ts';
import type { Life } from '../../history/services/life.ts';
import type { Services } from '../../history/services/services.ts';
import type { Reading } from '../../reading/reading.ts';
import { errorAbout } from '../error-about.ts';
import { isOverloaded } from '../overloaded-work.ts';
import { takenByOneRelease } from './one-release.ts';
import { onlySinceTarget, type SinceTarget } from './since-target.ts';

type Blocked = NonNullable<ReturnType<typeof unfinishedOf>[number]['blocked']>;

/**
 * A stuck object, and the reason. The object's own message, record, log line or status proves
 * `dropped`, `held`, `blocked`, `failed`, `never-begun` and a refusal `by` its message. The engines
 * that took the calls show `one-release`. The others follow from observations at the time of the
 * halt.
 */
export type Stuck = {
  readonly object: LedgerObject;
  /**
   * When the stalled work became due, otherwise when the object last made progress; milliseconds
   * since the start of the run.
   */
  readonly haltedAt: number;
} & (
  | { readonly reason: 'dropped'; readonly messages: Group<DroppedMessage> }
  | { readonly reason: 'held'; readonly life: Life }
  | { readonly reason: 'blocked'; readonly part: string; readonly blocked: Blocked }
  | {
      readonly reason: 'refused';
      readonly refusal: LogFinding;
      readonly by: 'message' | 'time';
    }
  | { readonly reason: 'failed'; readonly error: LogFinding }
  | { readonly reason: 'died'; readonly death: Death }
  | { readonly reason: 'stopping'; readonly lives: Group<Life> }
  | { readonly reason: 'never-begun'; readonly operation: Operation }
  | { readonly reason: 'unanswering'; readonly call: UnansweredCall }
  | { readonly reason: 'one-release'; readonly operation: Operation; readonly engine: Life }
  | { readonly reason: 'since-target'; readonly since: SinceTarget }
  | { readonly reason: 'unexplained' }
);

/** Progress has a resolution of a second, and log lines come a little late. */
const SLACK_MS = 2_000;
/** The halt and the stop, exit or refusal that explains it may be this far apart. */
const WINDOW_MS = 15_000;

/**
 * Explains why each stuck object came to a halt, except those that this machine could not carry.
 * Proof comes first, in this order:
 *
 * 1. A dropped message of the object's own request, then a refused one.
 * 2. A part that is held by an engine that has ended.
 * 3. A record that blocks the object.
 * 4. An error that an engine logged about it.
 * 5. A status that shows that no engine began the operation.
 *
 * Without proof, the time of the halt decides. The event nearest to the halt explains it: a
 * refusal, the exit of an engine's process, or an engine's stop. If two are equally near, a refusal
 * comes before an exit, and an exit before a stop. Where messages are followed, a stop explains only
 * what halted while it lasted.
 *
 * A refusal loses one message, so it explains one object, the nearest. An exit or a stop explains
 * any number. An object that is left without its own refusal, exit or stop counts under the nearest
 * refusal, although that one already explains another object. If there is none near the halt,
 * engines that had ceased to answer calls explain it. Otherwise a release that took such operations
 * and completed none does. If the rest halted only since
 * the target serves, that is said (`since-target`); otherwise it is `unexplained`.
 * If several engines were stopping at the same time, the explanation names those that hold a part
 * of the object. If none does, it names all of them.
 */
export function explainStuck(reading: Reading): readonly Stuck[] {
  const stuck = reading.ledger.objects.filter(
    (object) => object.outcome === 'stuck' && !isOverloaded(object, reading),
  );
  const proven = new Map(stuck.map((object) => [object, proofFor(object, reading)]));
  const others = byTime(
    stuck.filter((object) => proven.get(object) === undefined),
    reading,
  );
  return [
    ...[...proven.values()].filter((one) => one !== undefined),
    ...sinceTarget(withRelease(unanswering(others, reading), reading), reading),
  ];
}

/**
 * A dropped message of the stuck operation takes precedence over one of the object's earlier
 * operations.
 */
function proofFor(object: LedgerObject, { dropped, services, events }: Reading): Stuck | undefined {
  const haltedAt = haltOf(object);
  const operations = object.operations.toSorted(
    (a, b) => Number(b.outcome === 'stuck') - Number(a.outcome === 'stuck'),
  );
  const [message, ...more] = operations.flatMap(({ request }) => dropped.of(request));
  if (message !== undefined) {
    const messages = [message, ...more.filter(({ life }) => life === message.life)] as const;
    return { object, haltedAt, reason: 'dropped', messages };
  }
  const refusal = refusalsIn(events).findLast(({ request }) =>
    operations.some((operation) => operation.request === request),
  );
  if (refusal !== undefined) return { object, haltedAt, reason: 'refused', refusal, by: 'message' };
  const gone = holdersOf(object, haltedAt, services).find(({ stoppedAt }) => stoppedAt !== null);
  if (gone !== undefined) return { object, haltedAt, reason: 'held', life: gone };
  for (const { part, blocked } of unfinishedOf(object)) {
    if (blocked !== undefined) return { object, haltedAt, reason: 'blocked', part, blocked };
  }
  const error = errorAbout(object, haltedAt, { events, services });
  if (error !== undefined) return { object, haltedAt, reason: 'failed', error };
  // The API's answer followed an engine's answer, so later messages cannot explain the halt.
  const operation = operations.find(({ settled }) => settled?.neverBegun === true);
  return operation && { object, haltedAt, reason: 'never-begun', operation };
}

function byTime(
  stuck: readonly LedgerObject[],
  { services, events, ledger, deaths, exchanges }: Reading,
): readonly Stuck[] {
  // A message that an engine took before its stop and never began would show as dropped.
  const stopWindowMs = exchanges.length > 0 ? SLACK_MS : WINDOW_MS;
  const requests = new Set(ledger.operations.map(({ request }) => request));
  // A message of a known request cannot concern another request's object.
  const refusals = refusalsIn(events).filter(
    ({ request }) => request === undefined || !requests.has(request),
  );
  const stops = services.lives.filter(
    ({ role, stoppingAt }) => role !== 'api' && stoppingAt !== null,
  );
  const halted = stuck.map((object) => {
    const haltedAt = haltOf(object);
    const stop = nearest(stops, ({ stoppingAt, stoppedAt }) =>
      distance(haltedAt, stoppingAt ?? Infinity, stoppedAt ?? Infinity, stopWindowMs),
    );
    const death = nearest(deaths.all, ({ at }) => distance(haltedAt, at, at));
    return { object, haltedAt, stop, death };
  });

  const ownRefusals = pairWithRefusals(halted, refusals);
  return halted.map(({ object, haltedAt, stop, death }): Stuck => {
    const own = ownRefusals.get(object);
    if (own !== undefined) return { object, haltedAt, reason: 'refused', refusal: own, by: 'time' };
    if (death !== undefined && death.away <= (stop?.away ?? Infinity)) {
      return { object, haltedAt, reason: 'died', death: death.items[0] };
    }
    if (stop !== undefined) {
      return { object, haltedAt, reason: 'stopping', lives: holdersAmong(stop.items, object) };
    }
    const near = nearest(refusals, ({ at }) => distance(haltedAt, at, at));
    if (near !== undefined) {
      return { object, haltedAt, reason: 'refused', refusal: near.items[0], by: 'time' };
    }
    return { object, haltedAt, reason: 'unexplained' };
  });
}

interface Halted {
  readonly object: LedgerObject;
  readonly haltedAt: number;
  readonly stop: Nearest<Life> | undefined;
  readonly death: Nearest<Death> | undefined;
}

/** Each object gets the refusal nearest to its halt, if no stop or exit is nearer. */
function pairWithRefusals(
  halted: readonly Halted[],
  refusals: readonly LogFinding[],
): ReadonlyMap<LedgerObject, LogFinding> {
  const pairs = halted
    .flatMap(({ object, haltedAt, stop, death }) =>
      refusals.map((refusal) => ({
        object,
        refusal,
        away: distance(haltedAt, refusal.at, refusal.at),
        otherAway: Math.min(stop?.away ?? Infinity, death?.away ?? Infinity),
      })),
    )
    .filter(({ away, otherAway }) => Number.isFinite(away) && away <= otherAway)
    .sort((a, b) => a.away - b.away);
  const own = new Map<LedgerObject, LogFinding>();
  const taken = new Set<LogFinding>();
  for (const { object, refusal } of pairs) {
    if (own.has(object) || taken.has(refusal)) continue;
    own.set(object, refusal);
    taken.add(refusal);
  }
  return own;
}

/** The remaining objects that came to a halt when engines had ceased to answer calls. */
function unanswering(stuck: readonly Stuck[], { unanswered }: Reading): readonly Stuck[] {
  const [first] = unanswered.all.toSorted((a, b) => a.sentAt - b.sentAt);
  if (first === undefined || unanswered.all.length < SEVERAL_CALLS) return stuck;
  return stuck.map((one): Stuck => {
    const { object, haltedAt, reason } = one;
    return reason === 'unexplained' && haltedAt >= first.sentAt - SLACK_MS
      ? { object, haltedAt, reason: 'unanswering', call: first }
      : one;
  });
}

/** The remaining operations, by the release that took the calls. */
function withRelease(stuck: readonly Stuck[], reading: Reading): readonly Stuck[] {
  const unexplained = stuck.filter(({ reason }) => reason === 'unexplained');
  const taken = takenByOneRelease(
    unexplained.map(({ object }) => object),
    reading,
  );
  return stuck.map((one): Stuck => {
    const own = one.reason === 'unexplained' ? taken.get(one.object) : undefined;
    const { object, haltedAt } = one;
    return own === undefined ? one : { object, haltedAt, reason: 'one-release', ...own };
  });
}

/** The rest, if it halted only since the target serves. */
function sinceTarget(stuck: readonly Stuck[], reading: Reading): readonly Stuck[] {
  const rest = stuck.filter(({ reason }) => reason === 'unexplained');
  const since = onlySinceTarget(
    rest.map(({ haltedAt }) => haltedAt),
    reading,
  );
  if (since === undefined) return stuck;
  return stuck.map((one): Stuck =>
    one.reason === 'unexplained'
      ? { object: one.object, haltedAt: one.haltedAt, reason: 'since-target', since }
      : one,
  );
}

function haltOf({ operations }: LedgerObject): number {
  const stuck = operations.find(({ outcome }) => outcome === 'stuck');
  return stuck?.settled?.stalledAt ?? stuck?.settled?.lastProgressAt ?? stuck?.sentAt ?? 0;
}

/**
 * The distance between the interval `from` to `to` and an object's halt, in milliseconds; 0 within
 * the slack, infinite outside the window.
 */
function distance(haltedAt: number, from: number, to: number, windowMs = WINDOW_MS): number {
  const after = from - haltedAt;
  const before = haltedAt - to;
  if (after > windowMs || before > SLACK_MS) return Infinity;
  return Math.max(0, after - SLACK_MS);
}

interface Nearest<Item> {
  /** All events that are equally near. */
  readonly items: Group<Item>;
  readonly away: number;
}

function nearest<Item>(
  items: readonly Item[],
  awayOf: (item: Item) => number,
): Nearest<Item> | undefined {
  const measured = items.map((item) => ({ item, away: awayOf(item) }));
  const away = Math.min(...measured.map((one) => one.away));
  const [first, ...rest] = measured.filter((one) => Number.isFinite(away) && one.away === away);
  if (first === undefined) return undefined;
  return { items: mapGroup([first, ...rest], ({ item }) => item), away };
}

/** The unfinished parts of a stuck object, and their holders, as the subject reports them. */
export function unfinishedOf({ operations }: LedgerObject): readonly UnfinishedPart[] {
  return operations.find(({ outcome }) => outcome === 'stuck')?.settled?.unfinished ?? [];
}

/** Whether an engine holds any part of the object. */
export function holds(life: Life, object: LedgerObject): boolean {
  return unfinishedOf(object).some((part) => isHeldBy(part, life));
}

/** Whether an engine holds a part. An older event stream names the engine only in `heldBy`. */
export function isHeldBy({ holder, heldBy }: UnfinishedPart, { engineId }: Life): boolean {
  if (engineId === null) return false;
  return holder === undefined ? heldBy?.includes(engineId) === true : holder.engineId === engineId;
}

/**
 * The lives that hold a part of the object. Where an engine keeps its identity from one life to the
 * next, it is the life in which the object halted.
 */
export function holdersOf(
  object: LedgerObject,
  haltedAt: number,
  { lives }: Pick<Services, 'lives'>,
): readonly Life[] {
  const all = lives.filter((life) => holds(life, object));
  const isSucceeded = ({ engineId, startedAt }: Life): boolean =>
    all.some(
      (other) =>
        other.engineId === engineId && other.startedAt > startedAt && other.startedAt <= haltedAt,
    );
  return all.filter((life) => !isSucceeded(life));
}

function holdersAmong(lives: Group<Life>, object: LedgerObject): Group<Life> {
  const [first, ...rest] = lives.filter((life) => holds(life, object));
  return first === undefined ? lives : [first, ...rest];
}
