import { counted } from '../../../text/counted.ts';
import { seconds, span } from '../../../text/seconds.ts';
import { lengthOf } from '../../history/interval.ts';
import { tableBehind, tableCauseId, type LockedTable } from '../../history/locked-tables.ts';
import type { Reading } from '../../reading/reading.ts';
import type { FoundCause } from '../found.ts';
import { slowerThanCalm, tookMs } from './held-up.ts';

/** Tables that a migration locked under load, each with the requests that waited for it. */
export function lockedTableCauses(reading: Reading): readonly FoundCause[] {
  if (reading.lockedTables.length === 0) return [];
  const slow = slowerThanCalm(reading);
  return reading.lockedTables.map((locked) => causeOf(locked, slow, reading));
}

function causeOf(
  locked: LockedTable,
  slow: ReturnType<typeof slowerThanCalm>,
  { lockedTables, api, steps }: Reading,
): FoundCause {
  const { table, times, queries, statements, holders } = locked;
  const id = tableCauseId(locked);
  const held = slow
    .filter((request) => tableBehind(lockedTables, request) === locked)
    .toSorted((a, b) => tookMs(b) - tookMs(a));
  const lost = api.lost.filter(({ causeId }) => causeId === id);
  const [slowest] = held;
  const firstAt = times[0]?.from ?? 0;
  const step = steps.at(firstAt);
  return {
    id,
    alike: [],
    kind: 'table-locked',
    harm: lost.length > 0 ? 'requests-lost' : held.length > 0 ? 'slowed' : 'log-only',
    title: [
      holders.length === 0
        ? `The migration locked the table ${table} for ${seconds(lengthOf(times))}`
        : `The migration waited for an open transaction to lock the table ${table}, and queries waited behind it for ${seconds(lengthOf(times))}`,
      ...(lost.length > 0 ? [`${counted(lost.length, 'request')} lost`] : []),
      slowest === undefined
        ? 'no request was held up'
        : `${counted(held.length, 'request')} held up, for ${seconds(tookMs(slowest))} at most`,
    ].join('; '),
    node: null,
    nodes: [],
    service: 'mysql',
    version: null,
    step: step?.id ?? null,
    stepName: step?.name ?? null,
    firstAt,
    victim: lost[0]?.id ?? slowest?.id ?? null,
    count: lost.length > 0 ? lost.length : held.length,
    unit: 'requests',
    sample: statements[0] ?? `${counted(queries, 'query', 'queries')} waited for ${table}`,
    evidence: [
      `Queries waited for it ${times.map(({ from, to }) => span(from, to)).join(', ')}; ${counted(queries, 'query', 'queries')} at one time, at most.`,
      ...statements.map((statement) => `The server worked on: ${statement}`),
      ...holders.map(
        ({ host, idleMs }) =>
          `It could not be locked before a transaction of ${host} ended, which had run no query for ${seconds(idleMs)}.`,
      ),
      ...(slowest === undefined
        ? []
        : [`${slowest.operation} (${slowest.id}) took ${seconds(tookMs(slowest))}.`]),
    ],
    avoidedBy: null,
  };
}
