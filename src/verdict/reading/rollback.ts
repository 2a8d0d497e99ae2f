import type { EventOf } from '../../events/event.ts';
import { counted } from '../../text/counted.ts';
import { seconds } from '../../text/seconds.ts';
import type { Life } from '../history/services/life.ts';
import type { Rollback } from '../schema/verdict.ts';
import type { Reading } from './reading.ts';

/** Log lines of code that does not fit the schema; see lab/signatures/heat.yaml. */
const SCHEMA_ERRORS: readonly string[] = ['database-schema-mismatch', 'database-error'];

/** A life at the base after one at the target, in the same place. */
interface Return {
  readonly life: Life;
  readonly from: number;
  readonly to: number;
}

/**
 * The services that a roll brought back from target to base, and whether that is legal. It is legal
 * if the base runs on the later schema. The base's behaviour decides: it started to serve, it
 * served requests or did work, and its log has no database error. `null`: there was no such
 * service.
 */
export function readRollback(reading: Reading): Rollback | null {
  const { events, endAt } = reading;
  const returns = returnsOf(reading);
  const [first] = returns;
  if (first === undefined) return null;
  const schema = schemaAt(first.from, events);
  const services = returns.map((back) => deedsOf(back, events));
  const failures = [
    ...rollbackFailures(reading),
    ...services.flatMap(({ name, version, schemaErrors }) =>
      schemaErrors === 0
        ? []
        : [`${name} ${version}: ${counted(schemaErrors, 'error')} of the database in its log.`],
    ),
  ];
  const doubts = [
    ...services.flatMap(({ name, version, served, requests, work }) =>
      served && requests + work > 0 ? [] : [`${name} ${version} did nothing that was seen.`],
    ),
    ...events.flatMap((event) =>
      event.type === 'watch-gap' && event.watch === 'log' && event.at <= endAt
        ? [`A log could not be read to its end: ${event.text}`]
        : [],
    ),
  ];
  const sent = operationsDuring(reading, returns);
  const status = failures.length > 0 ? 'failed' : doubts.length > 0 ? 'not-proven' : 'proven';
  return { status, schema, services, evidence: [...failures, ...doubts, ...sent] };
}

/** What a service did after its return. */
function deedsOf(
  { life, from, to }: Return,
  events: Reading['events'],
): Rollback['services'][number] {
  const { name, version, servingAt } = life;
  const own = events.filter(({ at }) => from <= at && at <= to);
  return {
    name,
    version,
    from,
    to,
    served: servingAt !== null,
    requests: own.filter(
      (event) => event.type === 'request' && event.server === name && event.outcome === 'served',
    ).length,
    work: own.reduce((sum, event) => sum + (isWorkOf(life, event) ? event.count : 0), 0),
    schemaErrors: own.filter((event) => isSchemaError(life, event)).length,
  };
}

/** Services of the base that were started again but never served, each as a sentence. */
export function rollbackFailures(reading: Reading): readonly string[] {
  return returnsOf(reading).flatMap(({ life: { name, version, servingAt }, from }) => {
    const step = reading.steps.at(from);
    return servingAt === null && step?.status === 'failed'
      ? [
          `${name} ${version} did not serve again on the target’s schema (step ${step.id}, ${step.name}): ${step.error?.message ?? ''}`,
        ]
      : [];
  });
}

function returnsOf({ services, endAt }: Reading): readonly Return[] {
  if (services.nothingNew) return [];
  return [...Map.groupBy(services.lives, ({ name }) => name).values()].flatMap((past) =>
    past.flatMap((life, index): readonly Return[] =>
      life.side === 'base' && past.slice(0, index).some(({ side }) => side === 'target')
        ? [{ life, from: life.startedAt, to: life.stoppedAt ?? endAt }]
        : [],
    ),
  );
}

function schemaAt(at: number, events: Reading['events']): Rollback['schema'] {
  const seen = events.filter((event) => event.type === 'schema-seen');
  const base = seen.find(({ release }) => release === 'base')?.revision ?? null;
  const back = seen.findLast((event) => event.at <= at)?.revision ?? null;
  return { base, back, moved: base !== back };
}

function isWorkOf(life: Life, event: Reading['events'][number]): event is EventOf<'work-observed'> {
  return event.type === 'work-observed' && `${event.node}/${event.service}` === life.name;
}

function isSchemaError(life: Life, event: Reading['events'][number]): boolean {
  return (
    event.type === 'log-finding' &&
    SCHEMA_ERRORS.includes(event.signature) &&
    `${event.node}/${event.service}` === life.name
  );
}

/** This does not decide: a stop can leave an object stuck as well. */
function operationsDuring({ ledger }: Reading, returns: readonly Return[]): readonly string[] {
  const sent = ledger.operations.filter(({ sentAt }) =>
    returns.some(({ from, to }) => from <= sentAt && sentAt <= to),
  );
  if (sent.length === 0) return [];
  const completed = sent.filter(({ outcome }) => outcome === 'completed').length;
  return [
    `${completed} of ${counted(sent.length, 'operation')} that was asked for then completed.`,
  ];
}

/**
 * `legal: …`, `not legal: …` or `not shown to be legal: …`; `undefined` if nothing was brought
 * back.
 */
export function rollbackInWords(rollback: Rollback | null): string | undefined {
  if (rollback === null) return undefined;
  const { status, schema, services, evidence } = rollback;
  const names = [...new Set(services.map(({ name, version }) => `${name} ${version}`))];
  const length = services.reduce((sum, { from, to }) => sum + to - from, 0);
  const sum = (of: 'requests' | 'work'): number =>
    services.reduce((total, one) => total + one[of], 0);
  const what = `${names.join(', ')} again on ${schema.moved ? 'schema' : 'the same schema'} ${schema.back ?? 'unknown'} for ${seconds(length)}; ${counted(sum('requests'), 'request')} served, ${counted(sum('work'), 'piece of work', 'pieces of work')}`;
  if (status === 'proven') return `legal: ${what}`;
  const [why] = evidence;
  return `${status === 'failed' ? 'not legal' : 'not shown to be legal'}: ${what}; ${why ?? ''}`;
}
