import type { LogFinding } from '../../events/event.ts';
import { kindOf } from '../../scenario/topology/topology.ts';
import { some } from '../../text/counted.ts';
import { groupBy, mapGroup, type Group } from '../history/group.ts';
import type { LedgerObject, Operation } from '../history/ledger.ts';
import type { Reading } from '../reading/reading.ts';
import { nounOf, titled } from '../schema/noun.ts';
import { slug } from '../schema/slug.ts';
import { engineErrors, errorsOfFailure } from './error-about.ts';
import type { FoundCause } from './found.ts';
import { isOverloaded } from './overloaded-work.ts';
import { ledgerSighting, whereFirst } from './sighting.ts';

interface FailedObject {
  readonly object: LedgerObject;
  readonly operation: Operation;
  /** The subject's reason, without the action and the details of each object. */
  readonly words: string;
  /** The errors that an engine logged about it, in order of time. */
  readonly errors: readonly LogFinding[];
}

/** Objects that failed, and the log lines about these failures. */
export function failedObjects(reading: Reading): {
  readonly causes: readonly FoundCause[];
  readonly explained: readonly LogFinding[];
} {
  const errors = engineErrors(reading);
  const failures = reading.ledger.objects.flatMap((object): readonly FailedObject[] => {
    const operation = failedOperation(object);
    if (object.outcome !== 'failed' || operation === undefined) return [];
    if (isOverloaded(object, reading)) return [];
    const words = anonymous(reasonOf(operation));
    return [{ object, operation, words, errors: errorsOfFailure(object, operation, errors) }];
  });
  // One error fails work of many actions: equal reasons mean the same error.
  const errorBehind = new Map(
    failures.flatMap(({ words, errors: [first] }) =>
      first === undefined || words === '' ? [] : [[words, first] as const],
    ),
  );
  const withError = failures.flatMap((failure) => {
    const error = failure.errors[0] ?? errorBehind.get(failure.words);
    return error === undefined ? [] : [{ ...failure, error }];
  });
  const explainedBy = new Set(withError.map(({ object }) => object));
  return {
    causes: [
      ...groupBy(withError, ({ error }) => errorKey(error)).map((own) => loggedCause(own, reading)),
      ...groupBy(
        failures.filter(({ object }) => !explainedBy.has(object)),
        ({ operation, words }) => slug('stack-failed', operation.action, words),
      ).map((own) => unloggedCause(own, reading)),
    ],
    explained: linesOf(withError, errors),
  };
}

/**
 * Of several failed operations the one that the object's state names: a deletion that fails also
 * ends the creation that it overtook.
 */
function failedOperation({ operations }: LedgerObject): Operation | undefined {
  const failed = operations.filter(({ outcome }) => outcome === 'failed');
  const named = failed.find(({ action, settled }) =>
    settled?.status.toLowerCase().startsWith(`${action}_`),
  );
  return named ?? failed[0];
}

/** The lines of the failures, and lines with the same error. */
function linesOf(
  failures: readonly FailedObject[],
  errors: readonly LogFinding[],
): readonly LogFinding[] {
  const keys = new Set(failures.flatMap((failure) => failure.errors.map(errorKey)));
  return errors.filter((error) => keys.has(errorKey(error)));
}

/** Engines of the same version fail in the same way, on any node. */
function errorKey({ signature, service, version }: LogFinding): string {
  return slug(signature, kindOf(service), version);
}

function loggedCause(
  own: Group<FailedObject & { readonly error: LogFinding }>,
  { start, steps }: Reading,
): FoundCause {
  const [{ error }] = own;
  const logged = own.filter(({ errors }) => errors.length > 0);
  const objects = titled(nounOf(start));
  return {
    id: slug('stack-failed', errorKey(error)),
    alike: [error.signature],
    kind: 'stack-failed',
    harm: 'stacks-failed',
    title: `${objects} failed: ${kindOf(error.service)} ${error.version} logged “${error.title}”`,
    ...whereFirst(
      mapGroup(own, (one) => {
        const { at, node, service, version } = one.error;
        return { ...ledgerSighting(one), at, node, service, version };
      }),
      steps,
    ),
    nodes: [...new Set(own.map((one) => one.error.node))],
    count: own.length,
    unit: 'stacks',
    evidence: [
      `${objects}: ${some(own.map(({ object, operation }) => `${object.name} (${operation.action})`))}.`,
      logged.length === own.length
        ? 'The engine’s log names a request on each of them, or the object itself, with the error.'
        : `The engine’s log names ${logged.length} of them with the error; the others failed with the same words.`,
    ],
    avoidedBy: error.avoidedBy ?? null,
  };
}

function unloggedCause(own: Group<FailedObject>, { start, steps }: Reading): FoundCause {
  const [{ operation, words }] = own;
  const sightings = mapGroup(own, ledgerSighting);
  return {
    id: slug('stack-failed', operation.action, words),
    alike: [operation.action, words],
    kind: 'stack-failed',
    harm: 'stacks-failed',
    title: `${titled(nounOf(start))} failed: ${operation.action}`,
    ...whereFirst(sightings, steps),
    count: own.length,
    unit: 'stacks',
    evidence: [`${titled(nounOf(start))}: ${some(own.map(({ object }) => object.name))}.`],
    avoidedBy: null,
  };
}

/** The text after the status, as in `CREATE_FAILED: Resource CREATE failed: …`. */
function reasonOf({ settled }: Operation): string {
  return (settled?.status ?? '').replace(/^[A-Z_]+: /, '');
}

/** Without the details of each object, so that similar failures are one cause. */
function anonymous(reason: string): string {
  return reason
    .replaceAll(/["'][^"']*["']/g, '')
    .replaceAll(/\S*\d\S*/g, '')
    .slice(0, 60)
    .trim();
}
