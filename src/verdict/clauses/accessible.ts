import { counted, some } from '../../text/counted.ts';
import { covers } from '../history/interval.ts';
import { brokenChecks } from '../reading/broken-checks.ts';
import type { Reading } from '../reading/reading.ts';
import { nounOf } from '../schema/noun.ts';
import type { Clause } from '../schema/verdict.ts';
import { failed, notProven, proven } from './clause.ts';

/**
 * The probe that always reads the content of an object in service, and compares it with the
 * original content.
 */
const READS_PROVIDED = 'show';
/** Fewer reads than this prove nothing: one failure in a hundred would probably be missed. */
const FEWEST_READS = 100;

/** The things that the upgrade must leave reachable. */
export function accessibleClauses(reading: Reading): readonly Clause[] {
  return [resourcesReachable(reading)];
}

const CLAIM = {
  id: 'resources-reachable',
  title: 'Controlled resources stay reachable throughout',
};

/**
 * The lab's resources exist inside the subject, so its API is the only access to them. If a read
 * was lost, it is unknown whether the resource was unreachable or only the API. A read with other
 * content, or of a missing object, fails.
 */
function resourcesReachable(reading: Reading): Clause {
  const harm = harmInWords(reading);
  if (harm.length > 0) return failed(CLAIM, ...harm);
  const { start } = reading;
  const scope = `The lab has only resources inside ${start.subject}; no resource of another service was checked.`;
  const [first] = brokenChecks(reading).ofBase;
  if (first !== undefined) {
    const why = `The base breaks it by itself, before anything is rolled: ${first.check}, ${first.object}: ${first.detail}`;
    return notProven(CLAIM, why, scope);
  }
  return readsServed(reading, scope);
}

/** Resources that changed or are gone. */
function harmInWords(reading: Reading): readonly string[] {
  const { api, ledger } = reading;
  const changed = api.lost.filter(
    ({ probe, outcome, status }) =>
      probe === READS_PROVIDED && (outcome === 'wrong-body' || status === 404),
  );
  const { others: broken } = brokenChecks(reading);
  const gone = ledger.objects.filter(({ outcome }) => outcome === 'lost');
  return [
    ...changed.slice(0, 1).map(({ cause, detail }) => `${READS_PROVIDED}: ${detail ?? cause}`),
    ...broken.slice(0, 5).map(({ check, object, detail }) => `${check}, ${object}: ${detail}`),
    ...(gone.length === 0 ? [] : [`No longer known: ${some(gone.map(({ name }) => name))}.`]),
  ];
}

/** Whether enough reads were sent, at the right time, and all were served. */
function readsServed({ events, start, windows }: Reading, scope: string): Clause {
  const reads = events
    .filter((event) => event.type === 'request')
    .filter(({ probe }) => probe === READS_PROVIDED);
  if (reads.length === 0) {
    return notProven(CLAIM, 'No probe read a resource of an object in service.', scope);
  }
  const lost = reads.filter(({ outcome }) => outcome !== 'served').length;
  const evidence = `${reads.length - lost} of ${counted(reads.length, 'read')} of what an object in service provides were served.`;
  if (lost > 0) {
    const why = `${lost} of ${counted(reads.length, 'read')} ${lost === 1 ? 'was' : 'were'} lost: the ${nounOf(start)} may have been out of reach.`;
    return notProven(CLAIM, why, evidence, scope);
  }
  if (reads.length < FEWEST_READS) {
    const why = `${counted(reads.length, 'read is', 'reads are')} too few: ${FEWEST_READS} are needed.`;
    return notProven(CLAIM, why, evidence, scope);
  }
  const swapping = reads.filter(({ sentAt }) => covers(windows.upgrade, sentAt)).length;
  return swapping === 0
    ? notProven(
        CLAIM,
        `None of ${counted(reads.length, 'read')} was sent while services were swapped.`,
        evidence,
        scope,
      )
    : proven(CLAIM, `${evidence} ${swapping} of them while services were swapped.`, scope);
}
