import type { LogFinding } from '../../events/event.ts';
import { counted, some } from '../../text/counted.ts';
import { seconds } from '../../text/seconds.ts';
import { groupBy, mapGroup } from '../history/group.ts';
import type { LedgerObject } from '../history/ledger.ts';
import type { Reading } from '../reading/reading.ts';
import { LIGHTER_LOAD } from '../requests/noise/overload.ts';
import { nounOf } from '../schema/noun.ts';
import type { FoundCause } from './found.ts';
import { whereFirst } from './sighting.ts';

/** Objects whose work engines left undone because this machine could not carry the load. */
export function overloadedWork(reading: Reading): {
  readonly causes: readonly FoundCause[];
  readonly explained: readonly LogFinding[];
} {
  const found = reading.ledger.objects.flatMap((object) => {
    const [error] = errorsOf(object, reading);
    return error === undefined || !isOverloaded(object, reading) ? [] : [{ object, error }];
  });
  const requests = new Set(found.map(({ error }) => error.request));
  return {
    causes: groupBy(found, () => 'all').map((own): FoundCause => {
      const noun = nounOf(reading.start);
      const sightings = mapGroup(own, ({ object, error }) => ({ ...error, victim: object.name }));
      return {
        id: 'noise-overloaded-work',
        alike: ['overloaded-work'],
        kind: 'machine-noise',
        harm: 'noise',
        title:
          'This machine could not carry the load: engines lost connections and left work undone',
        ...whereFirst(sightings, reading.steps),
        count: own.length,
        unit: 'stacks',
        evidence: [
          `${counted(own.length, noun)}: ${some(own.map(({ object, error }) => `${object.name} (${object.outcome}), at ${seconds(error.at)} on ${error.node}`))}.`,
          'The engine’s log names the request of each. The lab used as much CPU time as it ever got, and its services waited for more. No service was stopping or starting.',
        ],
        avoidedBy: LIGHTER_LOAD,
      };
    }),
    explained: reading.events
      .filter((event) => event.type === 'log-finding')
      .filter(({ request }) => request !== undefined && requests.has(request)),
  };
}

/** Whether this machine is the reason for each operation on an object that did not complete. */
export function isOverloaded(object: LedgerObject, reading: Reading): boolean {
  const broken = brokenOf(object);
  return broken.length > 0 && errorsOf(object, reading).length === broken.length;
}

function errorsOf(
  object: LedgerObject,
  { overloadedWork: behind }: Reading,
): readonly LogFinding[] {
  return brokenOf(object).flatMap((operation) => behind(operation) ?? []);
}

function brokenOf({ operations }: LedgerObject): LedgerObject['operations'] {
  return operations.filter(({ outcome }) => ['stuck', 'failed', 'lost'].includes(outcome));
}
