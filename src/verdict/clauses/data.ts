import type { EventOf, RunEvent } from '../../events/event.ts';
import { counted, some } from '../../text/counted.ts';
import { seconds } from '../../text/seconds.ts';
import type { LedgerObject, Operation } from '../history/ledger.ts';
import { brokenChecks } from '../reading/broken-checks.ts';
import type { Reading } from '../reading/reading.ts';
import { nounOf } from '../schema/noun.ts';
import type { Clause } from '../schema/verdict.ts';
import { failed, notProven, proven } from './clause.ts';

/**
 * Judges requests that were sent after the last swap. Requests during the swaps belong to the
 * rolling and the zero-downtime tag: a cold upgrade may interrupt them. But if the API no longer
 * knows an older object, data is lost, whenever that happened.
 */
export function madeBeforeWorksAfter({
  events,
  ledger,
  services,
  start,
  overloadedWork,
}: Reading): Clause {
  const claim = {
    id: 'made-before-works-after',
    title: 'Objects made before the first swap work after the last',
  };
  const { firstSwapAt, lastSwapAt } = services;
  if (firstSwapAt === null || lastSwapAt === null) return notProven(claim, 'Nothing was swapped.');
  const noun = nounOf(start);
  const carried = ledger.objects.filter(({ name }) => start.carried?.includes(name));
  const madeBefore = ledger.objects.filter(
    (object) => carried.includes(object) || wasCreatedBefore(object, firstSwapAt),
  );
  const after = madeBefore.flatMap(({ operations }) =>
    operations.filter(({ action, sentAt }) => action !== 'create' && sentAt >= lastSwapAt),
  );
  const completed = after.filter(({ outcome }) => outcome === 'completed');
  const names = new Set(madeBefore.map(({ name }) => name));
  const refused = refusedChanges(events, { names, since: lastSwapAt }).filter(
    // An error of the service may be temporary; a refusal is final.
    ({ outcome }) => outcome === 'unexpected-status' || completed.length === 0,
  );
  const harm = harmInWords(
    madeBefore,
    after.filter((operation) => overloadedWork(operation) === undefined),
    refused,
  );
  if (harm.length > 0) return failed(claim, ...harm);

  const notes = notesOn({ madeBefore, carried }, noun);
  if (completed.length === 0) {
    const why =
      madeBefore.length === 0
        ? `No ${noun} was completed before the first swap.`
        : `Of ${counted(madeBefore.length, noun)} made before, none was changed after the last swap.`;
    return notProven(claim, why, ...notes);
  }
  const unknown = after.filter(
    (operation) => operation.outcome === 'unsettled' || overloadedWork(operation) !== undefined,
  );
  if (unknown.length > 0) {
    const why = `The outcome of ${some(unknown.map(describe))} is not known.`;
    return notProven(claim, why, ...notes);
  }
  const objects = new Set(completed.map(({ object }) => object));
  return proven(
    claim,
    `${counted(completed.length, 'operation')} on ${counted(objects.size, noun)} made before completed after the last swap: ${some(completed.map(describe))}.`,
    ...notes,
  );
}

/** Facts about the objects that a reader needs with every result. */
function notesOn(
  { madeBefore, carried }: Readonly<Record<'madeBefore' | 'carried', readonly LedgerObject[]>>,
  noun: string,
): readonly string[] {
  const interrupted = madeBefore.filter(({ outcome }) => isBroken(outcome)).length;
  return [
    ...(interrupted === 0
      ? []
      : [
          `${counted(interrupted, noun)} made before did not survive the changes during the swaps.`,
        ]),
    ...(carried.length === 0
      ? []
      : [`${counted(carried.length, noun)} of them lived through the upgrade before this one.`]),
  ];
}

function wasCreatedBefore({ operations }: LedgerObject, instant: number): boolean {
  return operations.some(
    ({ action, outcome, settled }) =>
      action === 'create' &&
      outcome === 'completed' &&
      settled !== null &&
      (settled.lastProgressAt ?? settled.at) < instant,
  );
}

function isBroken(outcome: Operation['outcome']): boolean {
  return outcome === 'failed' || outcome === 'stuck';
}

/** Objects that the API no longer knows, and changes after the last swap that did not work. */
function harmInWords(
  objects: readonly LedgerObject[],
  changes: readonly Operation[],
  refused: readonly EventOf<'request'>[],
): readonly string[] {
  const lost = objects.filter(({ outcome }) => outcome === 'lost');
  return [
    ...lost.map(({ name }) => `${name} was made before and the API no longer knows it.`),
    ...changes
      .filter(({ outcome }) => isBroken(outcome))
      .map(({ object, action, outcome }) => `${action} of ${object} after it: ${outcome}.`),
    ...refused.map(
      ({ operation, object, sentAt, status }) =>
        `${operation} of ${object} at ${seconds(sentAt)}: refused with ${status}.`,
    ),
  ];
}

/** Its object is busy; a slow machine can be the reason too. */
const BUSY = 409;

/** Requests for a change that the service answered with an unexpected status. */
function refusedChanges(
  events: readonly RunEvent[],
  { names, since }: { readonly names: ReadonlySet<string>; readonly since: number },
): readonly EventOf<'request'>[] {
  return events
    .filter((event) => event.type === 'request')
    .filter(
      ({ object, outcome, sentAt, status }) =>
        object !== undefined &&
        names.has(object) &&
        sentAt >= since &&
        status !== BUSY &&
        (outcome === 'unexpected-status' || outcome === '5xx-service'),
    );
}

function describe({ action, object }: Operation): string {
  return `${action} of ${object}`;
}

/** No integrity check of an object found a change. */
export function integrity(reading: Reading): Clause {
  const claim = { id: 'integrity', title: 'What must not change did not change' };
  const { leftRows, refusedDeletions } = reading;
  const checks = reading.events.filter((event) => event.type === 'integrity-checked');
  const { ofBase, others } = brokenChecks(reading);
  const inWords = (broken: typeof others): readonly string[] =>
    broken.slice(0, 10).map(({ check, object, detail }) => `${check}, ${object}: ${detail}`);
  const leftOut = reading.events.flatMap((event) =>
    event.type === 'integrity-left-out' ? [`Not judged: ${event.check}, since ${event.why}.`] : [],
  );
  if (others.length > 0) return failed(claim, ...inWords(others), ...leftOut);
  if (ofBase.length > 0) {
    const names = some([...new Set(ofBase.map(({ check }) => check))]);
    return notProven(
      claim,
      `The base breaks it by itself, before anything is rolled: ${names}.`,
      ...inWords(ofBase),
      ...leftOut,
    );
  }
  if (checks.length === 0) return notProven(claim, 'Nothing was checked.', ...leftOut);
  const kinds = [
    ...Map.groupBy(
      checks.filter(({ ok }) => ok),
      ({ check }) => check,
    ),
  ];
  return proven(
    claim,
    ...kinds.map(([check, own]) => `${check}: ${counted(own.length, 'check')} held.`),
    ...[leftRows.inWords(reading.api.lost) ?? []].flat(),
    ...[refusedDeletions.inWords ?? []].flat(),
    ...leftOut,
  );
}
